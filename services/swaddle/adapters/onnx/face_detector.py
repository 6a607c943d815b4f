"""Face detectors of several families; which, says the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from swaddle.kernel.batching import Batching
from swaddle.kernel.devices import Device
from swaddle.kernel.faces import Detection
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats
from swaddle.kernel.numbers import require_numbers

from .centerface import CENTERFACE, freed
from .detecting import DetectorFamily, Layout, Size, faces
from .failing import stopping
from .families import family_called
from .retinaface import RETINAFACE
from .scrfd import SCRFD
from .sessions import check_outputs, check_signature, open_session, takes_many
from .yoloface import YOLOFACE
from .yunet import YUNET

FAMILIES: Final = {
    family.name: family for family in (CENTERFACE, SCRFD, RETINAFACE, YUNET, YOLOFACE)
}

PICTURE: Final = 2
"""Dimensions of what there is for one picture alone: rows and columns, of a list or of a map."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A model in memory, and what its file says of itself."""

    called: str
    session: Any
    family: DetectorFamily
    fixed: Size | None
    many: bool

    def outputs(self, planes: Floats) -> Sequence[Sequence[Floats]]:
        """Return the outputs for each picture of a batch."""
        entry = self.session.get_inputs()[0].name
        with stopping(f"The detector {self.called}", "a picture"):
            found = self.session.run(list(self.family.names) or None, {entry: planes})
        require_numbers(f"The detector {self.called}", *found)
        if not self.many and len(planes) == 1:
            # Some files have no first dimension for the picture; decoders know the last ones.
            found = [o[0] if o.ndim > PICTURE else o for o in found]
            return [found]
        return list(zip(*found, strict=True))


@dataclass(frozen=True, slots=True)
class OnnxFaceDetector:
    """Runs a detector of one of `FAMILIES`."""

    model: Path
    family: str = CENTERFACE.name
    threshold: float | None = None
    """The least score; None for the family's own."""
    device: Device = Device.CPU
    threads: int = 1
    batching: Batching = field(default_factory=lambda: Batching(1), compare=False)
    """How many pictures of one size go through the model at once, where the file allows it."""
    session: Any = field(default=None, repr=False, compare=False)
    """Of another detector with the same model, which is not loaded again then."""

    def __post_init__(self) -> None:
        if self.session is None:
            object.__setattr__(self, "session", _open(self))

    @property
    def name(self) -> str:
        """What reports call it: the family."""
        return self.family

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """Return the faces of a BGR picture, best score first."""
        return self._run([image])[0]

    def detect_each(self, images: Sequence[Image]) -> Sequence[tuple[Detection, ...]]:
        """Take pictures of one size together, where the file allows it."""
        found: dict[int, tuple[Detection, ...]] = {}
        shapes = [image.shape for image in images]
        batching = self.batching if self.session.many else Batching(1)
        for shape in dict.fromkeys(shapes):
            numbers = [n for n, other in enumerate(shapes) if other == shape]
            seen = batching.run([images[n] for n in numbers], self._run)
            found |= zip(numbers, seen, strict=True)
        return [found[number] for number in range(len(images))]

    def _run(self, images: Sequence[Image]) -> Sequence[tuple[Detection, ...]]:
        opened: _Opened = self.session
        family = opened.family
        threshold = family.threshold if self.threshold is None else self.threshold
        height, width = images[0].shape[:2]
        layout = Layout.of((width, height), family, opened.fixed)
        inputs = [family.planes(layout.laid_out(image)) for image in images]
        # One picture, as nearly always on a processor, is not copied: a tile of the search has 7 MB.
        planes = np.stack(inputs) if len(inputs) > 1 else inputs[0][None]
        across, down = width / layout.content[0], height / layout.content[1]
        return [
            faces(
                family.decode(outputs, layout.canvas, threshold),
                *(threshold, family.overlap, across, down),
            )
            for outputs in opened.outputs(planes)
        ]


def _open(detector: OnnxFaceDetector) -> _Opened:
    """Load a model and see that it is one of its family."""
    family = family_called(detector.family, FAMILIES, "detectors")
    model, called = detector.model, detector.model.name
    content = freed(model, detector.batching.size) if family is CENTERFACE else model
    session = open_session(content, detector.device, detector.threads, called)
    if family is RETINAFACE and len(session.get_outputs()) == len(SCRFD.outputs):
        # InsightFace's packs call their SCRFD of 10 GFlops RetinaFace (det_10g).
        family = SCRFD
    outputs = family.outputs
    check_signature(session, called, [(None, 3, None, None)], len(outputs))
    names = dict(zip(family.names, outputs, strict=True)) if family.names else outputs
    check_outputs(session, called, names)
    sides = session.get_inputs()[0].shape[:1:-1]
    fixed = (sides[0], sides[1]) if all(isinstance(side, int) for side in sides) else None
    # An output without a dimension for the picture cannot hold those of several.
    dimensions = min(len(output.shape) for output in session.get_outputs())
    many = takes_many(session) and dimensions > PICTURE
    return _Opened(called, session, family, fixed, many)
