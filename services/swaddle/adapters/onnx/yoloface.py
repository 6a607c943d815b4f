"""
YOLO-face: YOLOv8 with five points, one row of output for each cell of three scales.

derronqi/yolov8-face (GPL-3.0), as FaceFusion exports it (yoloface_8n) and decodes it.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from swaddle.kernel.geometry import Floats

from .detecting import Candidates, DetectorFamily, Size, red_to_one

ROWS: Final = 20
"""Box, score, and x, y and visibility of five points."""


def decode(outputs: Sequence[Floats], size: Size, threshold: float) -> Candidates:
    """Take one column for each guess, in pixels."""
    del size
    guesses = outputs[0].reshape(ROWS, -1).T
    sure = guesses[guesses[:, 4] > threshold]
    centres, extent = sure[:, :2], sure[:, 2:4]
    boxes = np.column_stack([centres - extent / 2, centres + extent / 2])
    return Candidates(boxes, sure[:, 4], sure[:, 5:].reshape(-1, 5, 3)[:, :, :2])


YOLOFACE: Final = DetectorFamily(
    name="yoloface",
    threshold=0.5,
    overlap=0.4,
    multiple=32,
    outputs=((ROWS, None),),
    planes=red_to_one,
    decode=decode,
)
"""Score and overlap: FaceFusion's defaults."""
