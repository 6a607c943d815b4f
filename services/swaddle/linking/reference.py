"""
What a face looks like when nothing hides it: shape and texture, learned from its own best frames.

Against this reference landmarks are found to be off, and hands, toys and hair to be in the way.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.faces import INNER_LIPS, LEFT_EYE, MESH_POINTS, RIGHT_EYE
from swaddle.kernel.frames import Image, from_jpeg
from swaddle.kernel.geometry import Floats, Region
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import LUMA, pose, skin_contrast, unwrap, with_forehead

from .dark_glasses import dark_lenses
from .hairline import hair
from .sightings import Indices, Sightings

SAMPLES: Final = 40
"""Frames that a reference is learned from, spread over the track."""

SMALLEST_VIEW: Final = 3
"""Samples that make a view of their own: the median of fewer is one of them."""

HAND_SCORE: Final = 0.5
"""MediaPipe's own threshold for a hand."""

SURELY_MESHED: Final = 0.9
"""Presence of the meshes a reference is learned from, where there are enough of them."""

FEWEST: Final = 3
"""Of which there have to be so many: the median of fewer is one of them."""

FLOOR: Final = 10.0
"""Added to colours before the logarithm, so that noise in the dark stays small."""

# Points that move with expressions: lips, jaw and lids. The others tell where the head is.
_LIPS_AND_JAW: Final = (
    *(61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185),
    *(152, 148, 176, 149, 150, 136, 172, 377, 400, 378, 379, 365, 397, 200, 199, 175, 18, 83, 313),
)
FIRM: Final = tuple(
    sorted(set(range(MESH_POINTS)) - {*INNER_LIPS, *LEFT_EYE, *RIGHT_EYE, *_LIPS_AND_JAW})
)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """The texture of a face, from about one direction."""

    logs: Floats
    """(48, 48, 3): logarithm of the colours."""
    noise: Floats
    """(48, 48): usual deviation of the logarithm."""


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A face without anything in front of it."""

    shape: Floats
    """(468, 3), canonical coordinates."""
    spread: float
    """Usual mean distance of firm points from the shape, in texture pixels."""
    views: tuple["View", ...]
    """What the face looks like from the front and from the sides it was seen from."""
    contrast: Floats
    """(3,): deviation of the luma's detail by zone, for matching a synthetic texture to it."""
    stays: Image
    """(48, 48): 0 the face shows, 255 the person's hair, or dark glasses."""
    lenses: Image
    """(48, 48): 0, or 255 where dark glasses are: what is behind them must not be seen."""


def sample(sightings: Sightings, entries: Indices) -> Indices:
    """Return the entries a reference is learned from: surely meshed, evenly spread."""
    return entries[surest(sightings.meshed[entries], sightings.presence[entries])]


def surest(meshed: NDArray[np.bool_], presence: Floats) -> Indices:
    """Return which of some sightings of a face, (n,) each, those are."""
    good = np.flatnonzero(meshed & (presence > SURELY_MESHED))
    if len(good) < FEWEST:
        good = np.flatnonzero(meshed)
    steps = np.linspace(0, len(good) - 1, min(SAMPLES, len(good))).round().astype(np.int64)
    return good[steps]


def learn(rows: dict[str, NDArray[Any]]) -> Reference | None:
    """Return the reference of a face from sampled rows, or None where no row has a mesh."""
    usable = np.flatnonzero(rows["meshed"])
    if len(usable) == 0:
        return None
    landmarks = rows["landmarks"][usable].astype(np.float64)
    shapes = np.array([pose(face)(face) for face in landmarks])
    shape = np.median(shapes, axis=0)
    off = deviations(shapes, shape)
    # Frames in which something hides the face bend the mesh: half of the frames are better.
    calm = off <= max(float(np.median(off)), 1e-6)
    free = calm & (rows["hand_scores"][usable].max(axis=1) < HAND_SCORE)
    # A hand may be in every frame.
    best = free if free.sum() >= FEWEST else calm
    shape = np.median(shapes[best], axis=0)
    textures = np.array(
        [
            texture_logs(rows["crop"][i], rows["region"][i], face)
            for i, face in zip(usable[best], landmarks[best], strict=True)
        ]
    )
    turned = np.array([pose(face).rotation[2, 0] for face in landmarks[best]])
    views = _views(textures, turned)
    skin = skin_of(views[0].logs)
    return Reference(
        shape,
        float(np.median(off[best])),
        views,
        skin.contrast,
        skin.stays,
        skin.lenses,
    )


def _views(textures: Floats, turned: Floats) -> tuple[View, ...]:
    """
    Return the view of all samples, then those of the samples turned to either side.

    What a cheek looks like depends on where it is seen from: one median of all would call a
    turned head strange.
    """
    views = [_view(textures)]
    order = np.argsort(turned, kind="stable")
    third = len(order) // 3
    if third >= SMALLEST_VIEW:
        views += [_view(textures[order[:third]]), _view(textures[order[-third:]])]
    return tuple(views)


def _view(textures: Floats) -> View:
    logs = np.median(textures, axis=0)
    return View(logs, 1.4826 * np.median(np.abs(textures - logs), axis=0).mean(axis=2))


def deviations(shapes: Floats, shape: Floats) -> Floats:
    """Return how far the firm points of shapes (n, 468, 3) lie from a shape: (n,)."""
    firm = list(FIRM)
    return np.linalg.norm(shapes[:, firm, :2] - shape[firm, :2], axis=2).mean(axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Skin:
    """Where a face shows skin, and what that is like."""

    stays: Image
    """(48, 48): 0 the face shows, 255 the person's hair, or dark glasses."""
    lenses: Image
    """(48, 48): 0, or 255 where dark glasses are."""
    contrast: Floats
    """(3,): deviation of the luma's detail by zone, beside what stays."""


def skin_of(logs: Floats) -> Skin:
    """Return what is skin of a face; `logs` (48, 48, 3): its texture, as `logs_of` returns it."""
    lenses = dark_lenses(logs)
    stays = np.maximum(hair(logs, lenses), lenses)
    return Skin(stays, lenses, skin_contrast(logs @ LUMA, stays))


def logs_of(texture: Image | Floats) -> Floats:
    """Return the logarithm of a texture's colours."""
    return np.log(np.asarray(texture, np.float64) + FLOOR)


def texture_logs(crop: bytes, region: Floats, landmarks: Floats) -> Floats:
    """Return the logarithm of a face's texture: (48, 48, 3). `landmarks` in frame pixels."""
    image = from_jpeg(crop)
    texture = unwrap(image, in_crop(landmarks, region, image.shape[0]), TEXTURE_CELLS)
    return logs_of(texture)


def in_crop(landmarks: Floats, region: Floats, side: int) -> Floats:
    """Return a face with its forehead in the pixels of a crop of `side`: (498, 2)."""
    points = with_forehead(landmarks, pose(landmarks))[:, :2]
    cx, cy, size, angle = (float(v) for v in region)
    matrix = Region(cx, cy, size, angle).matrix(side)
    return (points - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
