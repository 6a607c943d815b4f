"""Runs an ONNX model: any number of inputs, as many at once as it takes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from swaddle.kernel.batching import Batching
from swaddle.kernel.devices import Device
from swaddle.kernel.errors import ModelFailed, ModelMissing

from .failing import stopping
from .freeing import freed
from .sessions import CUDA, TENSORRT, Shape, check_signature, kind_of, open_session

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Runtime:
    """Where models run, and how many inputs go through one at once."""

    device: Device = Device.AUTO
    threads: int = 1
    """On the processor; 0: all cores."""
    batch: int = 1
    """Halved, for each model by itself, where the device has too little memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """An open model. Its inputs are fed in the order of the signature it was opened with."""

    called: str
    session: Any
    inputs: Mapping[str, Any]
    """The type of each input, by name."""
    batching: Batching
    bound: str
    """The device whose memory inputs and outputs are bound to; empty: the runtime copies them."""
    gives: Sequence[tuple[int, ...]] = ()
    """The shape of each output for one face; of those beyond, anything is taken."""

    def run(self, rows: Sequence[Sequence[Array]]) -> Sequence[Sequence[Array]]:
        """
        Return the outputs, float32, for each row of inputs; neither has a dimension for the batch.

        Raises OutOfMemory where the device cannot take one row, ModelFailed where the model stops.
        """
        return self.batching.run(rows, self._run)

    def _run(self, rows: Sequence[Sequence[Array]]) -> Sequence[Sequence[Array]]:
        stacked = {
            name: np.ascontiguousarray(np.stack([row[place] for row in rows]), kind)
            for place, (name, kind) in enumerate(self.inputs.items())
        }
        with stopping(f"The model {self.called}", "a face"):
            outputs = self._bound(stacked) if self.bound else self.session.run(None, stacked)
        each = [self._split(np.asarray(output, np.float32), len(rows)) for output in outputs]
        for place, shape in enumerate(self.gives):
            each[place] = [self._formed(part, shape) for part in each[place]]
        return [list(row) for row in zip(*each, strict=True)]

    def _formed(self, part: Array, shape: tuple[int, ...]) -> Array:
        """Return an output in the shape it was promised in; files differ in sides of length 1."""
        if _told(part.shape) != _told(shape):
            raise ModelFailed(
                f"The model {self.called} gave {_said(part.shape)} for a face, not {_said(shape)}."
            )
        return part.reshape(shape)

    def _split(self, output: Array, count: int) -> Sequence[Array]:
        """Return an output's part of each row; files for one face may give plain numbers."""
        if output.ndim and output.shape[0] == count:
            return list(output)
        if count == 1:
            return [output]
        raise ModelFailed(f"The model {self.called} does not keep the faces of a batch apart.")

    def _bound(self, stacked: Mapping[str, Array]) -> list[Array]:
        """Run with inputs and outputs in the device's memory: one copy in, one copy out."""
        binding = self.session.io_binding()
        for name, array in stacked.items():
            value = onnxruntime.OrtValue.ortvalue_from_numpy(array, self.bound, 0)
            binding.bind_ortvalue_input(name, value)
        for output in self.session.get_outputs():
            binding.bind_output(output.name, self.bound)
        self.session.run_with_iobinding(binding)
        outputs: list[Array] = binding.copy_outputs_to_cpu()
        return outputs


def open_model(
    path: Path,
    inputs: Mapping[str, Shape] | Sequence[Shape],
    outputs: int,
    runtime: Runtime,
    gives: Sequence[tuple[int, ...]] = (),
) -> Model:
    """
    Open a model for one input or many; raises ModelMissing where it is none of this signature.

    `inputs`: the shape of each with 1 as the size of the batch, by name, or in order where names
    differ between releases. A file that fixes the batch at 1 is freed of it where it can be, else
    it gets its inputs one by one. `gives`: the shape of the first outputs for one face, which the
    file is held to where it tells, and what it gives in any case.
    """
    session = open_session(path, runtime.device, runtime.threads)
    check_signature(session, path.name, inputs, outputs)
    for value, shape in zip(session.get_outputs(), gives, strict=False):
        _check_output(path.name, value, shape)
    found = {value.name: value for value in session.get_inputs()}
    names = list(inputs) if isinstance(inputs, Mapping) else list(found)
    # TensorRT builds an engine for every size of batch it meets, for minutes each.
    if _fixed(session) and runtime.batch > 1 and runtime.device is not Device.TENSORRT:
        session = freed(path, session, runtime.device, runtime.threads)
    return Model(
        called=path.name,
        session=session,
        inputs={name: kind_of(found[name]) for name in names},
        batching=Batching(1 if _fixed(session) else runtime.batch),
        bound="cuda" if session.get_providers()[0] in {CUDA, TENSORRT} else "",
        gives=gives,
    )


def _check_output(called: str, value: Any, shape: tuple[int, ...]) -> None:  # noqa: ANN401
    """Refuse a file whose output says that it has another shape; raises ModelMissing."""
    fixed = [side for side in value.shape[1:] if isinstance(side, int)]
    if len(fixed) == len(value.shape) - 1 and _told(shape) not in (
        _told(fixed),
        _told(side for side in value.shape if isinstance(side, int)),
    ):
        raise ModelMissing(
            f"The model {called} has another signature: expected {_said(shape)} in its output "
            f"{value.name}, found {_said(fixed)}. Is it the file that the catalogue names? "
            "`swaddle models verify` tells."
        )


def _told(shape: Iterable[int]) -> tuple[int, ...]:
    """Return the sides that tell shapes apart."""
    return tuple(side for side in shape if side != 1)


def _said(shape: Iterable[int]) -> str:
    return " x ".join(map(str, shape)) or "one number"


def _fixed(session: Any) -> bool:  # noqa: ANN401 - onnxruntime has no types
    return any(isinstance(value.shape[0], int) for value in session.get_inputs())
