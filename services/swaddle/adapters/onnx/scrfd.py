"""
SCRFD: at each cell of three scales, two guesses of how far a face reaches to all sides.

Guo, Deng, Lattas, Zafeiriou, "Sample and Computation Redistribution for Efficient Face Detection",
ICLR 2022; decoded as InsightFace's model zoo does. Files of this kind are InsightFace's
scrfd_*_kps, det_500m, and det_10g, which FaceFusion calls retinaface_10g.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats

from .detecting import STRIDES, Candidates, DetectorFamily, Size, cells, joined, red_first

GUESSES: Final = 2
"""For each cell."""

MEAN: Final = 127.5
SPREAD: Final = 128.0
"""Of the colours, as in InsightFace's code."""


def planes(image: Image) -> NDArray[np.float32]:
    """Return RGB in about -1..1."""
    return (red_first(image) - np.float32(MEAN)) / np.float32(SPREAD)


def decode(outputs: Sequence[Floats], size: Size, threshold: float) -> Candidates:
    """Take scores of three scales, then distances, then points, in units of the stride."""
    levels = len(STRIDES)
    found = []
    for level, stride in enumerate(STRIDES):
        scores = outputs[level].reshape(-1)
        sure = scores >= threshold
        centres = np.repeat(cells(size, stride) * stride, GUESSES, axis=0)[sure]
        reach = outputs[level + levels].reshape(-1, 4)[sure] * stride
        points = outputs[level + 2 * levels].reshape(-1, 5, 2)[sure] * stride
        boxes = np.column_stack([centres - reach[:, :2], centres + reach[:, 2:]])
        found.append(Candidates(boxes, scores[sure], centres[:, None] + points))
    return joined(found)


SCRFD: Final = DetectorFamily(
    name="scrfd",
    threshold=0.5,
    overlap=0.4,
    multiple=32,
    outputs=tuple((None, width) for width in (1, 4, 10) for _ in STRIDES),
    planes=planes,
    decode=decode,
)
"""Score and overlap: the defaults of InsightFace's model zoo."""
