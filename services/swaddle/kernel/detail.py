"""
Whether the fine detail of a rendered face follows the original's.

Fine detail is the luma without what is coarser than a fiftieth of the face. Its local correlation
with the original is about 1 wherever only an encoder passed, and about 0 where another face was
painted. What noise and compression leave of an unchanged face depends on the clip (0.9 on a good
camera, 0.5 on a dithered GIF), so a face is compared with unchanged surroundings of its own frame.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from .faces import INNER_LIPS, LEFT_EYE, OVAL, RIGHT_EYE
from .frames import Frame, Image
from .geometry import Box, Floats
from .occluders import occluders

FINE: Final = 0.02
"""Sigma of the high pass, in heights of the face."""

FINEST: Final = 3.0
"""Pixels: a high pass of this sigma is measured on the picture's own pixels; a coarser one on
pixels that are as much larger."""

WINDOW_CELLS: Final = 3.0
"""Sigma of the window in which detail is correlated, in cells: finer ones tell nothing more."""

KEPT: Final = 0.03
"""Sides of the face around eyes and mouth that are declared to be the frame's own: the edges of the
lids (0.015 heights of the face in adapters.appearance.face_swapper.KEPT) and their soft border."""

NOISE_FLOOR: Final = 1.0
"""Grey levels: detail weaker than the rounding of 8 bits says nothing."""

EXPOSED_RATIO: Final = 0.65
"""Median correlation inside a face, as a share of that of its surroundings, from which the face
counts as the original's. Measured on the clips: swapped faces up to 0.36, unchanged re-encoded ones
0.66 to 1.1 and a single one 0.58 (docs/reference/calibration.md)."""

EXPOSED_SHARE: Final = 0.45
"""Share of a face's area in which the detail follows as closely as the surroundings': a part that
was left out. Swapped faces reach 0.2, unchanged ones 0.2 to 0.9."""

WEAKEST_BACKGROUND: Final = 0.5
"""A background without texture cannot say how detail survives: assume no better than this."""

FOLLOWS_FROM: Final = 0.75
"""Share of the surroundings' correlation from which a part of the face follows as closely."""

TEXTURED: Final = 0.05
"""Share of a tile of the background with detail, below which it says nothing: a twentieth."""

PARTLY_HIDDEN: Final = 64
"""Of 255: a cell of which a quarter is hidden mixes the face with what is in front of it."""

SMALLEST: Final = 24.0
"""Pixels: in smaller faces there is too little fine detail to compare."""


@dataclass(frozen=True, slots=True)
class DetailSample:
    """One rendered face, compared with the original."""

    median: float
    """Of the local correlation."""
    share: float
    """Of the area that follows the original as closely as the surroundings do."""


def correlation(original: Floats, output: Floats, sigma: float) -> tuple[Floats, Floats]:
    """
    Return the local correlation of fine detail (h, w), and how strong the original's is.

    Both pictures are luma (h, w).
    """
    a, b = (_high_pass(picture, sigma) for picture in (original, output))
    power_a, power_b, shared = (
        _windowed(one * two, 2 * sigma) for one, two in ((a, a), (b, b), (a, b))
    )
    strength_a = np.sqrt(power_a)
    return shared / (strength_a * np.sqrt(power_b) + NOISE_FLOOR), strength_a


def compare_face(
    original: Frame, output: Frame, landmarks: Floats, hidden: Image, background: float
) -> DetailSample | None:
    """
    Return the sample of one swapped face, or None where it is too small to tell.

    `landmarks` (468, 3) of the synthetic face; `hidden` (48, 48) what the plan declares to be in
    front of the face; `background` the correlation of unchanged surroundings.
    """
    box = Box.around(landmarks)
    if box.size < SMALLEST:
        return None
    bounds = box.grown(1.1).pixels(original.width, original.height)
    x0, y0, x1, y1 = bounds
    if x1 - x0 < SMALLEST / 2 or y1 - y0 < SMALLEST / 2:
        return None
    step = _step(box.size)
    shape = _cells((y1 - y0, x1 - x0), step)
    scale = np.array([shape[1] / (x1 - x0), shape[0] / (y1 - y0), 1.0])
    placed = (landmarks - [x0, y0, 0] + [0.5, 0.5, 0]) * scale - [0.5, 0.5, 0]
    mask = _bare_face(placed, hidden, shape, box.size / step)
    return _sample(original, output, bounds, mask, box.size, background)


def compare_box(
    original: Frame, output: Frame, box: Box, background: float
) -> DetailSample | None:
    """Return the sample of a covered head, or None where it is too small to tell."""
    bounds = box.grown(0.8).pixels(original.width, original.height)
    x0, y0, x1, y1 = bounds
    if min(x1 - x0, y1 - y0) < SMALLEST / 2:
        return None
    everywhere = np.ones(_cells((y1 - y0, x1 - x0), _step(box.size)), bool)
    return _sample(original, output, bounds, everywhere, box.size, background)


def background_correlation(original: Frame, output: Frame, rendered: list[Box]) -> float | None:
    """Return the median correlation outside everything that was rendered, on six tiles."""
    side = max(32, round(min(original.width, original.height) / 8))
    values = []
    for x in np.linspace(0, original.width - side, 3).astype(int).tolist():
        for y in np.linspace(0, original.height - side, 2).astype(int).tolist():
            tile = Box(x, y, x + side, y + side)
            if any(tile.intersection(box) > 0 for box in rendered):
                continue
            bounds = (x, y, x + side, y + side)
            follows, strength = correlation(_luma(original, bounds), _luma(output, bounds), 2.0)
            textured = strength > 2 * NOISE_FLOOR
            if textured.mean() > TEXTURED:
                values.append(float(np.median(follows[textured])))
    return float(np.median(values)) if values else None


def _sample(
    original: Frame,
    output: Frame,
    bounds: tuple[int, int, int, int],
    mask: NDArray[np.bool_],
    size: float,
    background: float,
) -> DetailSample | None:
    step = _step(size)
    one, other = (_shrunk(_luma(frame, bounds), step) for frame in (original, output))
    follows, strength = correlation(one, other, max(1.0, FINE * size / step))
    inside = follows[mask & (strength > NOISE_FLOOR)]
    if inside.size < SMALLEST:
        return None
    level = max(background, WEAKEST_BACKGROUND)
    return DetailSample(float(np.median(inside)), float((inside > FOLLOWS_FROM * level).mean()))


def _step(size: float) -> int:
    """
    Return the pixels on each side of a cell in which a face of this size is compared.

    The detail that is compared is as coarse as the face is large: every pixel tells it again.
    """
    return max(1, int(FINE * size / FINEST))


def _cells(shape: tuple[int, ...], step: int) -> tuple[int, int]:
    """Return how many cells of `step` by `step` pixels a picture of this height and width has."""
    height, width = shape
    return max(1, height // step), max(1, width // step)


def _shrunk(picture: Floats, step: int) -> Floats:
    """Return the means over cells of `step` by `step` pixels."""
    return cv2.resize(picture, _cells(picture.shape, step)[::-1], interpolation=cv2.INTER_AREA)


def exposed(sample: DetailSample, background: float) -> bool:
    """Return whether a rendered face shows the original."""
    level = max(background, WEAKEST_BACKGROUND)
    return sample.median > EXPOSED_RATIO * level or sample.share > EXPOSED_SHARE


def _windowed(values: Floats, sigma: float) -> Floats:
    """Return Gaussian means; where the window is wide, of a few cells in place of all pixels."""
    step = max(1, int(sigma / WINDOW_CELLS))
    if step == 1:
        return cv2.GaussianBlur(values, (0, 0), sigma)
    means = cv2.GaussianBlur(_shrunk(values, step), (0, 0), sigma / step)
    return cv2.resize(means, values.shape[::-1], interpolation=cv2.INTER_LINEAR)


def _high_pass(picture: Floats, sigma: float) -> Floats:
    return picture - cv2.GaussianBlur(picture, (0, 0), sigma)


def _luma(frame: Frame, bounds: tuple[int, int, int, int]) -> Floats:
    x0, y0, x1, y1 = bounds
    unit = float(1 << (frame.sampling.depth - 8))
    return frame.planes[0][y0:y1, x0:x1].astype(np.float32) / unit


def _bare_face(
    landmarks: Floats, hidden: Image, shape: tuple[int, int], size: float
) -> NDArray[np.bool_]:
    """Return the face without its border, eyes, mouth and what is declared in front of it."""
    face = np.zeros(shape, np.uint8)
    _fill(face, landmarks[list(OVAL), :2])
    rim = _odd(0.08 * size)
    face = cv2.erode(face, np.ones((rim, rim), np.uint8))
    parts = np.zeros(shape, np.uint8)
    for part in (LEFT_EYE, RIGHT_EYE, INNER_LIPS):
        _fill(parts, landmarks[list(part), :2])
    reach = _odd(2 * KEPT * size)
    parts = cv2.dilate(parts, np.ones((reach, reach), np.uint8))
    there = occluders(landmarks, hidden, shape, PARTLY_HIDDEN)
    return (face > 0) & (parts == 0) & (there == 0)


def _fill(mask: Image, corners: Floats) -> None:
    cv2.fillPoly(mask, [np.round(corners * 16).astype(np.int32)], 255, shift=4)


def _odd(length: float) -> int:
    return 2 * max(1, round(length / 2)) + 1
