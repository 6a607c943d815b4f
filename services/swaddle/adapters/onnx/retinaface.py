"""
RetinaFace with priors: at each cell of three scales, two squares that a face is told from.

Deng, Guo, Ververas et al., "RetinaFace: Single-Shot Multi-Level Face Localisation in the Wild",
CVPR 2020, in the implementation that most exports come from, Pytorch_Retinaface (MIT), with
MobileNet 0.25 or ResNet-50.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats

from .detecting import STRIDES, Candidates, DetectorFamily, Size, blue_first, cells

PRIORS: Final = ((16, 32), (64, 128), (256, 512))
"""Sides of the squares at each scale, in pixels (`min_sizes` of both configurations)."""

CENTRE_VARIANCE: Final = 0.1
SIZE_VARIANCE: Final = 0.2
"""What offsets and logarithms of sizes were divided by in training."""

MEANS: Final = (104.0, 117.0, 123.0)
"""Blue, green and red of the pictures it was trained on."""


def planes(image: Image) -> NDArray[np.float32]:
    """Return BGR with the means subtracted."""
    return blue_first(image) - np.array(MEANS, np.float32)[:, None, None]


def priors(size: Size) -> Floats:
    """Return centre and side of every prior, scale by scale, row by row: (n, 3)."""
    scales = []
    for stride, sides in zip(STRIDES, PRIORS, strict=True):
        centres = np.repeat((cells(size, stride) + 0.5) * stride, len(sides), axis=0)
        scales.append(np.column_stack([centres, np.tile(sides, len(centres) // len(sides))]))
    return np.concatenate(scales).astype(np.float32)


def decode(outputs: Sequence[Floats], size: Size, threshold: float) -> Candidates:
    """Take offsets, the odds of background and face, and points, for every prior."""
    offsets, odds, marks = (outputs[k].reshape(-1, width) for k, width in enumerate((4, 2, 10)))
    scores = odds[:, 1]
    sure = scores > threshold
    prior = priors(size)[sure]
    middle, side = prior[:, :2], prior[:, 2:]
    centres = middle + offsets[sure, :2] * CENTRE_VARIANCE * side
    extent = side * np.exp(offsets[sure, 2:] * SIZE_VARIANCE)
    points = middle[:, None] + marks[sure].reshape(-1, 5, 2) * CENTRE_VARIANCE * side[:, None]
    boxes = np.column_stack([centres - extent / 2, centres + extent / 2])
    return Candidates(boxes, scores[sure], points)


RETINAFACE: Final = DetectorFamily(
    name="retinaface",
    threshold=0.6,
    overlap=0.4,
    multiple=32,
    outputs=((None, 4), (None, 2), (None, 10)),
    planes=planes,
    decode=decode,
)
"""Score (`vis_thres`) and overlap (`nms_threshold`): the defaults of Pytorch_Retinaface."""
