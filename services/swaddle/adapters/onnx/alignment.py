"""Faces set upright into the square that recognisers and swappers were trained on."""

from typing import Final

import numpy as np

from swaddle.kernel.faces import five_points
from swaddle.kernel.geometry import Floats, fit_similarity

__all__ = ["ARCFACE", "ARCFACE_SIDE", "five_points", "similarity"]

ARCFACE_SIDE: Final = 112
"""Pixels of the square that `ARCFACE` lies in."""

ARCFACE: Final = (
    (38.2946, 51.6963),
    (73.5318, 51.5014),
    (56.0252, 71.7366),
    (41.5493, 92.3655),
    (70.7299, 92.2041),
)
"""Where the five points go, in the order of `Detection.points`: `arcface_dst` in InsightFace's
face_align, the same in OpenCV's FaceRecognizerSF and in EdgeFace."""


def similarity(points: Floats, template: Floats) -> Floats:
    """
    Return the 2 x 3 matrix that turns, scales and moves points onto a template, least squares.

    Both (n, 2); applied to a picture it is what `cv2.warpAffine` calls forward.
    """
    fitted = fit_similarity(np.asarray(points, np.float64), np.asarray(template, np.float64))
    linear = fitted.scale * fitted.rotation.T
    return np.column_stack([linear, fitted.target - linear @ fitted.origin])
