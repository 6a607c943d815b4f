"""Recognisers of several families, which all look at an upright face of 112 x 112 pixels."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from swaddle.kernel.batching import Batching
from swaddle.kernel.devices import Device
from swaddle.kernel.faces import five_points
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats
from swaddle.kernel.numbers import require_numbers
from swaddle.kernel.recognition import require_centre, unit

from .alignment import ARCFACE, ARCFACE_SIDE, similarity
from .detecting import red_first
from .failing import stopping
from .families import family_called
from .sessions import check_outputs, check_signature, open_session, takes_many


@dataclass(frozen=True, slots=True)
class EmbedderFamily:
    """What the files of one architecture share: they take RGB, (n, 3, 112, 112)."""

    name: str
    width: int
    """Numbers for a face."""
    mean: float
    spread: float
    """A colour of 0..255 is shown as (colour - mean) / spread."""


ARCFACES: Final = EmbedderFamily("arcface", 512, 127.5, 127.5)
"""Deng, Guo, Xue, Zafeiriou, "ArcFace: Additive Angular Margin Loss for Deep Face Recognition",
CVPR 2019; InsightFace's w600k_r50, w600k_mbf, glintr100, with the colours of its arcface_onnx."""

AURAFACE: Final = EmbedderFamily("auraface", 512, 127.5, 127.5)
"""fal's AuraFace-v1, glintr100's architecture trained on data that may be used commercially."""

SFACE: Final = EmbedderFamily("sface", 128, 0.0, 1.0)
"""Zhong, Deng, Hu, Zhao, "SFace: Sigmoid-Constrained Hypersphere Loss for Robust Face
Recognition", IEEE TIP 2021; OpenCV Zoo's face_recognition_sface_2021dec, as FaceRecognizerSF shows
it pictures (`swapRB`, so RGB)."""

EDGEFACE: Final = EmbedderFamily("edgeface", 512, 127.5, 127.5)
"""George, Ecabert, Shahreza, Kotwal, Marcel, "EdgeFace: Efficient Face Recognition Model for Edge
Devices", IEEE TBIOM 2024: mean and deviation 0.5 of colours in 0..1."""

FAMILIES: Final = {family.name: family for family in (ARCFACES, AURAFACE, SFACE, EDGEFACE)}


@dataclass(frozen=True, slots=True, eq=False)
class OnnxFaceEmbedder:
    """Runs a recogniser of one of `FAMILIES`."""

    model: Path
    centre: Floats
    """(d,): the mean of `raw` over many people, which `tools.face_space.calibrate` learns."""
    family: str = ARCFACES.name
    device: Device = Device.CPU
    threads: int = 1
    batching: Batching = field(default_factory=lambda: Batching(1))
    """How many faces go through the model at once, where the file allows it."""
    session: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "session", _open(self))

    @property
    def width(self) -> int:
        """Numbers for a face."""
        return FAMILIES[self.family].width

    def embed(self, faces: Sequence[tuple[Image, Floats]]) -> Floats:
        """Return one centred unit vector for each face: (n, width)."""
        return unit(self.raw(faces) - self.centre)

    def raw(self, faces: Sequence[tuple[Image, Floats]]) -> Floats:
        """
        Return the network's own vectors, as the centre is learned from: (n, width).

        At unit length: these networks are trained on angles, and the length tells how good the
        picture is.
        """
        chips = [upright(image, landmarks) for image, landmarks in faces]
        batching = self.batching if takes_many(self.session) else Batching(1)
        vectors = batching.run(chips, self._run)
        return unit(np.reshape(np.asarray(vectors, np.float32), (len(faces), self.width)))

    def _run(self, chips: Sequence[Image]) -> Sequence[Floats]:
        family = FAMILIES[self.family]
        planes = np.stack([red_first(chip) for chip in chips])
        shown = (planes - np.float32(family.mean)) / np.float32(family.spread)
        with stopping(f"The recogniser {self.model.name}", "a face"):
            vectors: Floats = self.session.run(None, {self.session.get_inputs()[0].name: shown})[0]
        require_numbers(f"The recogniser {self.model.name}", vectors)
        return list(vectors)


def upright(image: Image, landmarks: Floats) -> Image:
    """Return the BGR chip of 112 x 112 pixels; what is beyond the picture is black."""
    matrix = similarity(five_points(landmarks), np.array(ARCFACE))
    return cv2.warpAffine(image, matrix, (ARCFACE_SIDE, ARCFACE_SIDE), flags=cv2.INTER_LINEAR)


def _open(embedder: OnnxFaceEmbedder) -> Any:  # noqa: ANN401 - onnxruntime has no types
    """Load a model and see that it is one of its family."""
    family = family_called(embedder.family, FAMILIES, "recognisers")
    require_centre(embedder.centre, family.width, embedder.family)
    model, called = embedder.model, embedder.model.name
    session = open_session(model, embedder.device, embedder.threads, called)
    check_signature(session, called, [(None, 3, ARCFACE_SIDE, ARCFACE_SIDE)], 1)
    check_outputs(session, called, [(family.width,)])
    return session
