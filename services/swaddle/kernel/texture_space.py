"""
The face's own coordinate system: a picture of 256 x 256 in which every face has the same shape.

The canonical face is the mean mesh of synthetic people of all ages, made symmetric. Two rings of
points above the mesh carry the forehead up to where hair usually begins. x, y and z of the
canonical face are in texture pixels; z grows away from the viewer, as in the mesh.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from .canonical_face import POINTS
from .canonical_triangles import TRIANGLES
from .faces import (
    CHIN,
    FOREHEAD_TOP,
    LEFT_EYE,
    LEFT_EYE_OUTER,
    NOSE_BASE,
    RIGHT_EYE,
    RIGHT_EYE_OUTER,
    STABLE,
)
from .frames import Image
from .geometry import Floats, Similarity, fit_similarity

SIDE: Final = 256

BROW_LEVEL: Final = 168
"""The point between the brows, from which the forehead is drawn outwards."""

CROWN: Final = (127, 162, 21, 54, 103, 67, 109, 10, 338, 297, 332, 284, 251, 389, 356)
"""The upper part of the oval, from the left temple to the right one."""

RINGS: Final = (0.12, 0.24)
"""How far the rings lie beyond the oval, in heights of the face (chin to top of the mesh)."""

LOWER_OVAL: Final = (
    *(454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152),
    *(148, 176, 149, 150, 136, 172, 58, 132, 93, 234),
)

FOREHEAD: Final = slice(468, 468 + len(CROWN) * len(RINGS))
"""Where the points of the rings stand behind the mesh."""

OUTLINE: Final = (*range(468 + len(CROWN), 468 + 2 * len(CROWN)), *LOWER_OVAL)
"""The border of the replaced area: outer ring, then the oval from the right cheek to the left."""


FEATURES: Final = (
    (70, 63, 105, 66, 107, 55, 193, 244, 243, 112, 26, 22, 23, 24, 110, 25, 130, 226, 113, 124),
    (
        300,
        293,
        334,
        296,
        336,
        285,
        417,
        464,
        463,
        341,
        256,
        252,
        253,
        254,
        339,
        255,
        359,
        446,
        342,
    ),
    (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146),
    (98, 97, 2, 326, 327, 294, 278, 344, 438, 457, 274, 19, 44, 237, 218, 115, 48, 64),
)
"""Left eye with brow, right eye with brow, lips, nostrils: corners of polygons."""

FEATURE_MARGIN: Final = 3
"""Texture pixels that are added around them."""


@cache
def canonical() -> Floats:
    """Return the canonical face with its forehead: (498, 3)."""
    return add_forehead(np.array(POINTS, np.float64))


def pose(landmarks: Floats, weights: Floats | None = None) -> Similarity:
    """
    Return the similarity from a picture to the canonical face.

    `landmarks` (468, 3) in pixels; `weights` (468,) tells how far each can be trusted.
    """
    stable = list(STABLE)
    trusted = None if weights is None else weights[stable]
    return fit_similarity(landmarks[stable], canonical()[stable], trusted)


def add_forehead(face: Floats) -> Floats:
    """Return a face in canonical coordinates with its rings: (468, 3) -> (498, 3)."""
    height = float(np.linalg.norm(face[FOREHEAD_TOP, :2] - face[CHIN, :2]))
    crown = face[list(CROWN)]
    outwards = crown[:, :2] - face[BROW_LEVEL, :2]
    outwards /= np.linalg.norm(outwards, axis=1, keepdims=True)
    # Full length at the top, none at the temples, where the hair begins at the oval.
    share = np.clip(-outwards[:, 1], 0, 1) ** 1.2
    rings = []
    for reach in RINGS:
        ring = crown.copy()
        ring[:, :2] += outwards * (share * reach * height)[:, None]
        # The skull bends back: about the curvature of a head 1.5 faces deep.
        ring[:, 2] += share * height * (0.45 * reach + 1.2 * reach * reach)
        rings.append(ring)
    return np.concatenate([face, *rings])


def with_forehead(landmarks: Floats, at: Similarity) -> Floats:
    """Return a face in a picture with its rings: (468, 3) -> (498, 3), in pixels."""
    extended = at.inverse(add_forehead(at(landmarks))[FOREHEAD])
    return np.concatenate([landmarks, extended])


@cache
def triangles() -> NDArray[np.int32]:
    """Return the triangles between the points of the canonical face, as indices: (n, 3)."""
    return np.array(TRIANGLES.split(), np.int32).reshape(-1, 3)


def in_cells(places: Floats, side: int) -> Floats:
    """Return where places of the texture lie in one of another side: centres of pixels are whole."""
    return (places + 0.5) * side / SIDE - 0.5


@cache
def face_mask(side: int = SIDE) -> NDArray[np.bool_]:
    """Return which texture pixels belong to the replaced area: (side, side)."""
    return polygon(OUTLINE, side) > 0


@cache
def inwards(side: int = SIDE) -> Floats:
    """Return how far inside the replaced area each place lies, in texture pixels: (side, side)."""
    padded = cv2.copyMakeBorder(face_mask(side).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    return cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1] * np.float32(SIDE / side)


@cache
def plain_skin(side: int = SIDE) -> Floats:
    """
    Return 1 on bare skin and nearly 0 on eyes, brows and lips: (side, side).

    The light of a face is read from plain skin: dark brows are no shadow.
    """
    features = np.maximum.reduce([polygon(part, side) for part in FEATURES])
    reach = max(1, round(FEATURE_MARGIN * side / SIDE))
    soft = softened(features, reach, max(0.5, 2.0 * side / SIDE))
    return 1.0 - 0.98 * soft.astype(np.float64) / 255


LUMA: Final = np.array([0.114, 0.587, 0.299])
"""Weights of blue, green and red in the luma that textures are learned and compared in (BT.601)."""

FLAT: Final = 1e-9
"""Twice the area of a triangle, in squared texture pixels, below which it is a line."""

INNER: Final = 0.12 * SIDE
"""Texture pixels from the border within which hair, ears and neck may lie."""


def skin_contrast(luma: Floats, stays: Image | None = None) -> Floats:
    """
    Return how strong the detail of a face is in each zone, (3,), from the logarithm of its luma.

    `luma` (side, side). The deviation of what is finer than a fifth of the face, without the eyes,
    which no swap changes, and without the border and wherever `stays` (side, side) is more than 0.
    """
    side = luma.shape[0]
    bald = np.ones((side, side), bool) if stays is None else stays == 0
    weight = face_mask(side) * plain_skin(side) * bald
    sigma = 0.2 * side
    light = cv2.GaussianBlur(luma * weight, (0, 0), sigma) / np.maximum(
        cv2.GaussianBlur(weight, (0, 0), sigma), 1e-3
    )
    detail = luma - light
    return np.array([float(detail[zone & bald].std()) for zone in _zones(side)])


def by_zone(values: Floats) -> Floats:
    """Return a value for each row of the texture, (256,), from one for each zone: (3,)."""
    eyes, nose = _zone_borders()
    centres = ((canonical()[FOREHEAD_TOP, 1] + eyes) / 2, (eyes + nose) / 2, (nose + SIDE) / 2)
    rows: Floats = np.interp(np.arange(SIDE), centres, values)
    return rows


def _zone_borders() -> tuple[float, float]:
    corners = canonical()[[LEFT_EYE_OUTER, RIGHT_EYE_OUTER], 1]
    return float(corners.mean()), float(canonical()[NOSE_BASE, 1])


@cache
def _zones(side: int) -> tuple[NDArray[np.bool_], ...]:
    eyes = np.maximum(polygon(LEFT_EYE, side), polygon(RIGHT_EYE, side))
    bare = (inwards(side) > INNER) & (cv2.dilate(eyes, np.ones((3, 3))) == 0)
    rows = (np.arange(side)[:, None] + 0.5) * SIDE / side
    upper, lower = _zone_borders()
    spans = ((0.0, upper), (upper, lower), (lower, float(SIDE)))
    return tuple(bare & (rows >= top) & (rows < end) for top, end in spans)


def polygon(indices: tuple[int, ...], side: int = SIDE) -> Image:
    """Return a filled polygon of canonical points, 0 or 255: (side, side)."""
    corners = in_cells(canonical()[list(indices), :2], side)
    mask = np.zeros((side, side), np.uint8)
    cv2.fillPoly(mask, [np.round(corners * 16).astype(np.int32)], 255, shift=4)
    return mask


def softened(mask: Image, reach: int, sigma: float) -> Image:
    """Return a mask of 0 and 255, grown by `reach` pixels on each side and blurred by `sigma`."""
    grown = cv2.dilate(mask, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    return cv2.GaussianBlur(grown, (0, 0), sigma)


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Texture pixels of a face, and the points that they lie between."""

    side: int
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    corners: NDArray[np.int32]
    """(n, 3): indices of points."""
    weights: Floats
    """(n, 3): barycentric."""

    def between(self, points: Floats) -> Floats:
        """Return where they lie among moved points (498, 2): (side, side, 2), 0 outside the face."""
        places = np.zeros((self.side, self.side, 2))
        places[self.rows, self.columns] = np.einsum(
            "pk,pkd->pd", self.weights, points[self.corners]
        )
        return places


@cache
def _cells(side: int) -> _Cells:
    corners = in_cells(canonical()[:, :2], side)
    owner = np.full((side, side), -1, np.int32)
    for index, triangle in enumerate(triangles()):
        fixed = np.round(corners[triangle] * 16).astype(np.int32)
        cv2.fillConvexPoly(owner, fixed, index, shift=4)
    rows, columns = np.nonzero(owner >= 0)
    members = triangles()[owner[rows, columns]]
    # Solve for the weights of the three corners that give the pixel: x, y and a sum of 1.
    systems = np.concatenate([corners[members], np.ones((len(members), 3, 1))], axis=2)
    pixels = np.column_stack([columns, rows, np.ones(len(rows))])
    systems[np.abs(np.linalg.det(systems)) < FLAT] = np.eye(3)
    weights = np.linalg.solve(systems.transpose(0, 2, 1), pixels[..., None])[..., 0].real
    return _Cells(side, rows, columns, members, weights)


def unwrap(image: Image | Floats, points: Floats, side: int = SIDE) -> Image | Floats:
    """
    Return a face as its texture: (side, side, channels), zero outside the face.

    `points` (498, at least 2) are the face with its forehead in the image's pixels.
    """
    where = _cells(side).between(points[:, :2]).astype(np.float32)
    texture = cv2.remap(
        image,
        where[..., 0],
        where[..., 1],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    texture[~face_mask(side)] = 0
    return texture


def cell_centres(landmarks: Floats, cells: int) -> Floats:
    """
    Return where the cells of a texture-space mask lie in the picture: (cells, cells, 2).

    `landmarks` (468, 3) in pixels; cells outside the face get (0, 0).
    """
    points = with_forehead(landmarks, pose(landmarks))[:, :2]
    return _cells(cells).between(points)
