"""
YuNet: small and quick, one guess for each cell of three scales.

Wu, Peng, Yu, "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 2023;
the file is OpenCV Zoo's face_detection_yunet_2023mar, decoded as OpenCV's FaceDetectorYN does.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from swaddle.kernel.geometry import Floats

from .detecting import STRIDES, Candidates, DetectorFamily, Size, blue_first, cells, joined


def decode(outputs: Sequence[Floats], size: Size, threshold: float) -> Candidates:
    """Take class and object scores of three scales, then boxes, then points."""
    levels = len(STRIDES)
    found = []
    for level, stride in enumerate(STRIDES):
        kinds, objects, boxes, points = (
            outputs[level + kind * levels].reshape(-1, width)
            for kind, width in enumerate((1, 1, 4, 10))
        )
        scores = np.sqrt(np.clip(kinds, 0, 1) * np.clip(objects, 0, 1)).reshape(-1)
        sure = scores >= threshold
        cell = cells(size, stride)[sure]
        centres = (cell + boxes[sure, :2]) * stride
        extent = np.exp(boxes[sure, 2:]) * stride
        five = (cell[:, None] + points[sure].reshape(-1, 5, 2)) * stride
        corners = np.column_stack([centres - extent / 2, centres + extent / 2])
        found.append(Candidates(corners, scores[sure], five))
    return joined(found)


YUNET: Final = DetectorFamily(
    name="yunet",
    threshold=0.6,
    overlap=0.3,
    multiple=32,
    outputs=tuple((None, width) for width in (1, 1, 4, 10) for _ in STRIDES),
    planes=blue_first,
    decode=decode,
    names=tuple(f"{kind}_{s}" for kind in ("cls", "obj", "bbox", "kps") for s in STRIDES),
)
"""Overlap: the default of FaceDetectorYN. Its default score, 0.9, misses what must not be missed: the
search found the newborn in 26 of 30 frames and none of four seated faces; with 0.6 it found what
CenterFace finds on four clips (docs/reference/face-models.md)."""
