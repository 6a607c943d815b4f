"""
The face's own coordinate system: a picture of 256 x 256 in which every face has the same shape.

The canonical face is the mean mesh of synthetic people of all ages, made symmetric. Two rings of
points above the mesh carry the forehead up to where hair usually begins. x, y and z of the
canonical face are in texture pixels; z grows away from the viewer, as in the mesh.
"""

from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.spatial import Delaunay

from .canonical_face import POINTS
from .faces import CHIN, FOREHEAD_TOP, STABLE
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
    points = canonical()[:, :2]
    found = Delaunay(points).simplices
    border = points[list(OUTLINE)].astype(np.float32).reshape(-1, 1, 2)
    middles = points[found].mean(axis=1)
    inside = [cv2.pointPolygonTest(border, (float(x), float(y)), False) >= 0 for x, y in middles]  # noqa: FBT003 - OpenCV's flag
    return found[np.array(inside)].astype(np.int32)


@cache
def face_mask(side: int = SIDE) -> NDArray[np.bool_]:
    """Return which texture pixels belong to the replaced area: (side, side)."""
    return polygon(OUTLINE, side) > 0


def polygon(indices: tuple[int, ...], side: int = SIDE) -> Image:
    """Return a filled polygon of canonical points, 0 or 255: (side, side)."""
    corners = (canonical()[list(indices), :2] + 0.5) * side / SIDE - 0.5
    mask = np.zeros((side, side), np.uint8)
    cv2.fillPoly(mask, [np.round(corners * 16).astype(np.int32)], 255, shift=4)
    return mask


@cache
def _weights(side: int) -> csr_matrix:
    """Return the matrix from points (498) to texture pixels (side * side): barycentric weights."""
    mesh = Delaunay(canonical()[:, :2])
    rows, columns = np.mgrid[:side, :side]
    pixels = (np.column_stack([columns.ravel(), rows.ravel()]) + 0.5) * SIDE / side - 0.5
    found = mesh.find_simplex(pixels)
    # Outside the hull the nearest simplex is extrapolated by nobody: those pixels stay at 0.
    local = np.einsum("ijk,ik->ij", mesh.transform[found, :2], pixels - mesh.transform[found, 2])
    three = np.column_stack([local, 1 - local.sum(axis=1)])
    three[found < 0] = 0
    owners = np.repeat(np.arange(side * side), 3)
    shape = (side * side, len(canonical()))
    return csr_matrix((three.ravel(), (owners, mesh.simplices[found].ravel())), shape)


def unwrap(image: Image | Floats, points: Floats, side: int = SIDE) -> Image | Floats:
    """
    Return a face as its texture: (side, side, channels), zero outside the face.

    `points` (498, at least 2) are the face with its forehead in the image's pixels.
    """
    where = (_weights(side) @ points[:, :2]).astype(np.float32).reshape(side, side, 2)
    texture = cv2.remap(
        image,
        where[..., 0],
        where[..., 1],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    texture[~face_mask(side)] = 0
    return texture
