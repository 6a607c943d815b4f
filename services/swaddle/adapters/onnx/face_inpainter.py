"""
A synthetic face in the place of a real one, painted from the surroundings alone.

The third family of engines, beside warping and swapping: the network sees a hole where the face
was, keypoints, and a latent that is the person. What it paints goes back into the hole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.errors import ModelMissing
from swaddle.kernel.faces import AgeGroup, five_points
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import IdentityPlan
from swaddle.swapping.ports import FaceToSwap, SwappedFace, SwapRequest

from .conditioning import Surroundings, conditions, surroundings
from .crops import Crop, pasted, sound
from .inpainter_description import InpainterDescription
from .running import Model, Runtime, open_model
from .sessions import fits

ENGINE: Final = "onnx-inpainter/2"
"""Changes where the same models give other pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class OnnxFaceInpainter:
    """
    Runs any network that a description fits.

        OnnxFaceInpainter(Path("painter.onnx"), read_description(text, "painter.toml"))

    A swapper of its own: the person is the name of the identity, which needs nothing else. Raises
    ModelMissing where the file is not there, or has another signature than its description says.
    """

    model: Path
    description: InpainterDescription
    name: str = ""
    """In the catalogue; for the fingerprint."""
    weights: tuple[str, ...] = ()
    """First digits of the SHA-256 of the file; for the fingerprint."""
    runtime: Runtime = field(default_factory=Runtime)
    _model: Model = field(init=False, repr=False)
    _output: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        known = self.description
        model = open_model(self.model, known.signature, 1, self.runtime)
        object.__setattr__(self, "_model", model)
        object.__setattr__(self, "_output", _place(model, known))

    @property
    def fingerprint(self) -> str:
        """Engine, name, description and weights."""
        parts = [ENGINE, self.name, self.description.digest, ",".join(self.weights)]
        return " ".join(filter(None, parts))

    def swap(
        self, frame: Frame, face: FaceToSwap, identity: IdentityPlan, group: AgeGroup
    ) -> SwappedFace | None:
        """Return the painted face, or None where it lies outside the frame or is no picture."""
        return self.swap_each([SwapRequest(frame, face, identity, group)])[0]

    def swap_each(self, requests: Sequence[SwapRequest]) -> Sequence[SwappedFace | None]:
        """Take the faces of any number of frames through the network together."""
        places = {
            number: around
            for number, request in enumerate(requests)
            if (around := surroundings(request.frame, request.face, self.description)) is not None
        }
        rows = [
            conditions(
                around, requests[n].face, requests[n].identity.identity_id, self.description
            )
            for n, around in places.items()
        ]
        outputs = self._model.run(rows) if rows else []
        painted = {
            number: self._shown(requests[number], around, output[self._output])
            for (number, around), output in zip(places.items(), outputs, strict=True)
        }
        return [painted.get(number) for number in range(len(requests))]

    def _shown(
        self, request: SwapRequest, around: Surroundings, given: NDArray[np.float32]
    ) -> SwappedFace | None:
        face = request.face.landmarks
        now = self._picture(given)
        blind = np.zeros(0, np.float32)
        points = five_points(face)
        crop = Crop(request.frame, points, around.square, now, now, around.weight, blind)
        patch = pasted(crop) if sound(crop) else None
        # The network was told where eyes, nose and mouth go: the mesh is that of the new face.
        return None if patch is None else SwappedFace(patch, np.array(face))

    def _picture(self, given: NDArray[np.float32]) -> Floats:
        """Return what the network gives as BGR in 0..255; what is no number stays none."""
        known = self.description
        share = (given.transpose(1, 2, 0) - known.low) / (known.high - known.low)
        ordered = share[..., ::-1] if known.colours == "rgb" else share
        return np.ascontiguousarray(np.clip(ordered, 0, 1) * 255, np.float32)


def _place(model: Model, known: InpainterDescription) -> int:
    """Return which output is the picture; raises ModelMissing where none can be."""
    outputs = {value.name: value.shape for value in model.session.get_outputs()}
    shape = tuple(outputs.get(known.output, ()))
    if not fits(shape, (None, 3, known.side, known.side)):
        raise ModelMissing(
            f"The model {model.called} has no output {known.output} of 3 x {known.side} x "
            f"{known.side}; found {', '.join(outputs)}. Compare it with its description."
        )
    return list(outputs).index(known.output)
