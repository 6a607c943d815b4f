"""The recogniser of one of InsightFace's packs: ArcFace."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from swaddle.kernel.devices import Device
from swaddle.kernel.faces import five_points
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats
from swaddle.kernel.numbers import require_numbers
from swaddle.kernel.recognition import require_centre, unit

from .packs import card, imported, open_model

SIDE: Final = 112
"""Pixels of the upright picture that it takes."""


class InsightfaceFaceEmbedder:
    """Tells people apart as InsightFace does, one face after the other."""

    def __init__(
        self, pack: str, folder: Path, centre: Floats, device: Device = Device.CPU
    ) -> None:
        """`centre` (d,): the mean of `raw` over many people; d is 512 in the published packs."""
        self._model = open_model(folder, pack, "recognition", device)
        self._model.prepare(card(device))
        self._align = imported("utils.face_align")
        self.width = int(self._model.output_shape[-1])
        require_centre(centre, self.width, pack)
        self._centre, self._pack = centre, pack

    def embed(self, faces: Sequence[tuple[Image, Floats]]) -> Floats:
        """Return one centred unit vector for each face: (n, width)."""
        return unit(self.raw(faces) - self._centre)

    def raw(self, faces: Sequence[tuple[Image, Floats]]) -> Floats:
        """Return the network's own vectors at unit length, as the centre is learned from."""
        vectors = [self._one(image, landmarks) for image, landmarks in faces]
        return unit(np.reshape(np.asarray(vectors, np.float32), (len(faces), self.width)))

    def _one(self, image: Image, landmarks: Floats) -> Floats:
        points = five_points(landmarks).astype(np.float32)
        chip = self._align.norm_crop(image, landmark=points, image_size=SIDE)
        vector: Floats = np.reshape(self._model.get_feat(chip), -1)
        require_numbers(f"The recogniser {self._pack}", vector)
        return vector
