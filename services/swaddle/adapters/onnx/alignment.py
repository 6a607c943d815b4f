"""
Faces in the position their networks were trained with, and back.

A template says where five points of a face lie in a square picture, in shares of its side. The
square is turned, scaled and moved until the face's own five points fit best.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

import cv2
import numpy as np

from swaddle.kernel.geometry import Floats, fit_similarity

TEMPLATES: Final[Mapping[str, tuple[tuple[float, float], ...]]] = {
    "arcface_112_v1": (
        (0.35473214, 0.45658929),
        (0.64526786, 0.45658929),
        (0.50000000, 0.61154464),
        (0.37913393, 0.77687500),
        (0.62086607, 0.77687500),
    ),
    "arcface_112_v2": (
        (0.34191607, 0.46157411),
        (0.65653393, 0.45983393),
        (0.50022500, 0.64050536),
        (0.37097589, 0.82469196),
        (0.63151696, 0.82325089),
    ),
    "arcface_128": (
        (0.36167656, 0.40387734),
        (0.63696719, 0.40235469),
        (0.50019687, 0.56044219),
        (0.38710391, 0.72160547),
        (0.61507734, 0.72034453),
    ),
    "ffhq_512": (
        (0.37691676, 0.46864664),
        (0.62285697, 0.46912813),
        (0.50123859, 0.61331904),
        (0.39308822, 0.72541100),
        (0.61150205, 0.72490465),
    ),
    "mtcnn_512": (
        (0.36562865, 0.46733799),
        (0.63305391, 0.46585885),
        (0.50019127, 0.61942959),
        (0.39032951, 0.77598822),
        (0.61178945, 0.77476328),
    ),
}
"""
Left eye, right eye, nose, left and right corner of the mouth. `arcface_112_v2` is InsightFace's
`arcface_dst` / 112, `arcface_128` the same points 8 pixels further in and higher, `ffhq_512` the
mean of FFHQ as facexlib has it; all as the table of FaceFusion 3 repeats them.
"""

ARCFACE_SIDE: Final = 112
"""Pixels of the square that recognisers take."""

ARCFACE: Final = tuple(
    (x * ARCFACE_SIDE, y * ARCFACE_SIDE) for x, y in TEMPLATES["arcface_112_v2"]
)
"""Where the five points go there, the same in OpenCV's FaceRecognizerSF and in EdgeFace."""

AVERAGED: Final = 2.0
"""Pixels that fall on one from which on they are averaged, by twos, threes and so on: Lanczos' kernel
would skip some. Below, averaging would cost more of the picture than skipping does."""

MAGNIFIED: Final = 2 / 3
"""Pixels that fall on one up to which a cubic kernel does, at a quarter of the cost of Lanczos'."""


@dataclass(frozen=True, slots=True, eq=False)
class Square:
    """A turned square in a picture, of which crops of any resolution can be taken."""

    to_picture: Floats
    """(2, 3): from shares of the side, (0, 0) at its upper left corner, to pixels."""

    @classmethod
    def fitted(cls, points: Floats, template: str, side: int) -> Self:
        """
        Return the square in which `points` (5, 2) lie as in a template of `side` pixels.

        Least squares over all five points, no outliers: they come from one mesh.
        """
        wanted = np.array(TEMPLATES[template]) * side
        fit = fit_similarity(points, wanted)
        linear = fit.rotation / fit.scale
        pixels = np.column_stack([linear, fit.origin - linear @ fit.target])
        return cls(_joined(pixels, np.array([[side, 0, -0.5], [0, side, -0.5]])))

    def matrix(self, side: int) -> Floats:
        """Return the 2x3 map from the pixels of a crop of `side` pixels to the picture."""
        share = 1 / side
        return _joined(self.to_picture, np.array([[share, 0, share / 2], [0, share, share / 2]]))

    @property
    def corners(self) -> Floats:
        """(4, 2), in pixels of the picture."""
        unit = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
        return placed(unit, self.to_picture)

    def from_picture(self, side: int) -> Floats:
        """Return the 2x3 map from the picture to the pixels of a crop of `side` pixels."""
        return inverse(self.matrix(side))

    def onto(self, side: int, other: Self, other_side: int) -> Floats:
        """Return the 2x3 map from the pixels of a crop to those of a crop of another square."""
        return _joined(other.from_picture(other_side), self.matrix(side))


def similarity(points: Floats, template: Floats) -> Floats:
    """
    Return the 2 x 3 matrix that turns, scales and moves points onto a template, least squares.

    Both (n, 2); applied to a picture it is what `cv2.warpAffine` calls forward.
    """
    fitted = fit_similarity(np.asarray(points, np.float64), np.asarray(template, np.float64))
    linear = fitted.scale * fitted.rotation.T
    return np.column_stack([linear, fitted.target - linear @ fitted.origin])


def placed(points: Floats, matrix: Floats) -> Floats:
    """Map points (n, 2) by a 2x3 matrix."""
    return points @ matrix[:, :2].T + matrix[:, 2]


def inverse(matrix: Floats) -> Floats:
    """Return the 2x3 matrix that maps back."""
    linear = np.linalg.inv(matrix[:, :2])
    return np.column_stack([linear, -linear @ matrix[:, 2]])


def resampled(picture: Floats, matrix: Floats, width: int, height: int) -> Floats:
    """
    Return (height, width, channels) of a picture (float32), without clipping.

    `matrix` (2x3) maps the new pixels to the picture's. Lanczos' kernel keeps fine detail that linear
    sampling blurs: aligning and pasting back is to lose less than half a grey level. Where two or
    more pixels fall on one they are averaged first. Outside the picture its border repeats.
    """
    shrink = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if shrink >= AVERAGED:
        picture, matrix = _averaged(picture, matrix, int(round(shrink, 6)))
    kernel = cv2.INTER_CUBIC if shrink <= MAGNIFIED else cv2.INTER_LANCZOS4
    flags = kernel | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(
        picture, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )


def softly_resampled(mask: Floats, matrix: Floats, width: int, height: int) -> Floats:
    """Return a mask (h, w), which is smooth, at other pixels; outside it is 0."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(
        mask, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_CONSTANT
    )


def _averaged(picture: Floats, matrix: Floats, shrink: int) -> tuple[Floats, Floats]:
    """Shrink the picture by area, and let the map end in the smaller one."""
    height, width = picture.shape[:2]
    size = max(1, round(width / shrink)), max(1, round(height / shrink))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    fx, fy = size[0] / width, size[1] / height
    # Pixel centres: pixel s of the small picture covers those around (s + 0.5) / f - 0.5.
    scaling = np.array([[fx, 0, 0.5 * fx - 0.5], [0, fy, 0.5 * fy - 0.5]])
    return small, _joined(scaling, matrix)


def _joined(last: Floats, first: Floats) -> Floats:
    """Return the 2x3 matrix that maps by `first`, then by `last`."""
    return last @ np.vstack([first, [0.0, 0.0, 1.0]])
