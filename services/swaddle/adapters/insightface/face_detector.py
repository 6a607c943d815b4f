"""The detector of one of InsightFace's packs: SCRFD, or whatever the pack holds."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from swaddle.kernel.devices import Device
from swaddle.kernel.errors import ModelMissing
from swaddle.kernel.faces import Detection
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Box

from .packs import card, open_model

THRESHOLD: Final = 0.5
SIDE: Final = 640
"""Least score, and pixels of the square that pictures are scaled to: the defaults of InsightFace's
FaceAnalysis."""

OVERLAP: Final = 0.4
"""Non-maximum suppression, as in InsightFace's code."""


class InsightfaceFaceDetector:
    """Finds faces as InsightFace does, one picture after the other."""

    def __init__(
        self,
        pack: str,
        folder: Path,
        threshold: float = THRESHOLD,
        device: Device = Device.CPU,
    ) -> None:
        """`folder`: where the packs lie, ~/.insightface/models where InsightFace put them."""
        self.name = f"insightface-{pack}"
        self._model = open_model(folder, pack, "detection", device)
        self._model.prepare(
            card(device), input_size=(SIDE, SIDE), det_thresh=threshold, nms_thresh=OVERLAP
        )

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """Return the faces of a BGR picture, best score first."""
        rows, points = self._model.detect(image, max_num=0, metric="default")
        if points is None:
            raise ModelMissing(f"The detector of {self.name} finds boxes alone, no five points.")
        faces = [
            Detection(Box(*map(float, row[:4])), float(row[4]), np.asarray(five, np.float32))
            for row, five in zip(rows, points, strict=True)
        ]
        return tuple(sorted(faces, key=lambda face: -face.score))

    def detect_each(self, images: Sequence[Image]) -> Sequence[tuple[Detection, ...]]:
        """Take one after the other: InsightFace has no batches."""
        return [self.detect(image) for image in images]
