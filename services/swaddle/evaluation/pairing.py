"""What two videos show of each other, frame by frame."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.detail import background_correlation, compare_box, compare_face, exposed
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Box, Floats
from swaddle.kernel.motion import cells, difference, stands_still, turned_black

from .reference import Expected

GROWN: Final = 1.2
"""How far the heads are grown before what lies outside of them is compared."""

BACKGROUND_EVERY: Final = 10
"""Frames between two measurements of how detail survives outside the faces."""

SSIM_EVERY: Final = 5
SSIM_SIGMA: Final = 1.5
SSIM_REACH: Final = 5
"""Half of the 11 x 11 window of Wang et al."""


@dataclass(frozen=True, slots=True, eq=False)
class Paired:
    """A row for each face and frame of the original, as in `Seen`, and one for each frame."""

    exposed: NDArray[np.bool_]
    comparable: NDArray[np.bool_]
    """Whether there was enough detail to tell."""
    frames: NDArray[np.int_]
    squared_error: Floats
    """By frame: mean over the pixels outside, in units of eight bits; NaN where there are none."""
    similarity: Floats
    """By frame: mean SSIM outside; NaN where it was not measured."""
    frozen: NDArray[np.bool_]
    black: NDArray[np.bool_]


@dataclass(slots=True)
class PairWatch:
    """Compares two videos."""

    _faces: list[tuple[bool, bool]] = field(default_factory=list)
    _frames: list[tuple[int, float, float, bool, bool]] = field(default_factory=list)
    _before: tuple[int, Floats, Floats] | None = None
    _level: float | None = None

    def look(self, number: int, frames: tuple[Frame, Frame], faces: Sequence[Expected]) -> None:
        """Look at a frame of the original and the one that stands for it."""
        original, output = frames
        heads = [face.head for face in faces]
        if number % BACKGROUND_EVERY == 0 or self._level is None:
            level = background_correlation(original, output, heads)
            self._level = self._level if level is None else level
        self._faces += [self._exposure(frames, face) for face in faces]
        error, likeness = _outside(original, output, heads, ssim=number % SSIM_EVERY == 0)
        self._frames.append((number, error, likeness, *self._motion(number, frames)))

    def paired(self) -> Paired:
        """Return everything that was compared."""
        faces = np.array(self._faces, bool).reshape(-1, 2)
        number, error, likeness, frozen, black = (
            np.array([row[column] for row in self._frames]) for column in range(5)
        )
        return Paired(
            faces[:, 0],
            faces[:, 1],
            number,
            error,
            likeness,
            frozen.astype(bool),
            black.astype(bool),
        )

    def _exposure(self, frames: tuple[Frame, Frame], face: Expected) -> tuple[bool, bool]:
        level = 1.0 if self._level is None else self._level
        if face.landmarks is None:
            sample = compare_box(*frames, face.box, level)
        else:
            sample = compare_face(*frames, face.landmarks, face.occlusion, level)
        return (False, False) if sample is None else (exposed(sample, level), True)

    def _motion(self, number: int, frames: tuple[Frame, Frame]) -> tuple[bool, bool]:
        now = cells(frames[0]), cells(frames[1])
        before, self._before = self._before, (number, *now)
        black = turned_black(*now)
        if before is None or before[0] != number - 1:
            return False, black
        moved = difference(now[0], before[1]), difference(now[1], before[2])
        return stands_still(*moved), black


def _outside(
    original: Frame, output: Frame, heads: Sequence[Box], *, ssim: bool
) -> tuple[float, float]:
    outside = np.ones((original.height, original.width), bool)
    for head in heads:
        x0, y0, x1, y1 = head.grown(GROWN).pixels(original.width, original.height)
        outside[y0:y1, x0:x1] = False
    if not outside.any():
        return float("nan"), float("nan")
    a, b = luma(original), luma(output)
    error = float(((a - b)[outside] ** 2).mean())
    if not ssim:
        return error, float("nan")
    reach = 2 * SSIM_REACH + 1
    # A window that touches a head compares what was meant to change.
    far = cv2.erode(outside.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    return error, float(structural_similarity(a, b)[far].mean()) if far.any() else float("nan")


def luma(frame: Frame) -> Floats:
    """Return the luma of a frame in units of eight bits: (h, w) float32."""
    unit = float(1 << (frame.sampling.depth - 8))
    scaled: Floats = frame.planes[0].astype(np.float32) / unit
    return scaled


def structural_similarity(a: Floats, b: Floats) -> Floats:
    """Return SSIM at each pixel of two lumas (h, w), 0..255: Wang et al., equation 13."""
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mean_a, mean_b = _blurred(a), _blurred(b)
    var_a = _blurred(a * a) - mean_a * mean_a
    var_b = _blurred(b * b) - mean_b * mean_b
    shared = _blurred(a * b) - mean_a * mean_b
    above = (2 * mean_a * mean_b + c1) * (2 * shared + c2)
    found: Floats = above / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))
    return found


def _blurred(picture: Floats) -> Floats:
    size = 2 * SSIM_REACH + 1
    return cv2.GaussianBlur(picture, (size, size), SSIM_SIGMA)
