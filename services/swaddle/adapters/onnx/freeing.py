"""
Models whose files fix the batch at 1, run on many inputs at once where that gives the same.

Most published files were exported with one input, although nothing in the network needs it. A few
nodes may: a constant shape, a convolution whose weights depend on the input. Nobody can tell from
the file, so it is tried.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi.onnxruntime_pybind11_state import (
    Fail,
    InvalidArgument,
    RuntimeException,
)

from swaddle.kernel.devices import Device
from swaddle.kernel.errors import ModelMissing, OutOfMemory

from .graphs import loaded
from .sessions import kind_of, open_session

SAME: Final = 1e-2
"""How far outputs may differ, relative and absolute: networks in half precision are not exact."""

SILENT: Final = 4
"""ONNX Runtime's level for what ends the process: a try that fails is no error."""


def freed(path: Path, fixed: Any, device: Device, threads: int) -> Any:  # noqa: ANN401 - untyped
    """
    Return a session for any number of inputs, or the given one where that would not be the same.

    `fixed` is the session of the file as it is.
    """
    try:
        free = open_session(_without_batch(path), device, threads, path.name)
        trials = [_trial(fixed, seed) for seed in (0, 1)]
        alone = [_outputs(fixed, trial) for trial in trials]
        both = {name: np.concatenate([trial[name] for trial in trials]) for name in trials[0]}
        together = _outputs(free, both)
    except (ModelMissing, OutOfMemory, Fail, InvalidArgument, RuntimeException, ValueError):
        return fixed
    same = all(
        many.shape[:1] == (2,) and np.allclose(many, np.concatenate(ones), SAME, SAME)
        for many, *ones in zip(together, *alone, strict=True)
    )
    return free if same else fixed


def _without_batch(path: Path) -> bytes:
    """Return the file with the first dimension of inputs and outputs left open."""
    model = loaded(path)
    weights = {tensor.name for tensor in model.graph.initializer}
    del model.graph.value_info[:]
    for value in (*model.graph.input, *model.graph.output):
        shape = value.type.tensor_type.shape
        if value.name not in weights and shape.dim:
            shape.dim[0].dim_param = "batch"
    content: bytes = model.SerializeToString()
    return content


def _trial(session: Any, seed: int) -> dict[str, NDArray[Any]]:  # noqa: ANN401 - untyped
    """Return one input of noise; raises ValueError where the file leaves a shape open."""
    rng = np.random.default_rng(seed)
    inputs: dict[str, NDArray[Any]] = {}
    for value in session.get_inputs():
        if not all(isinstance(side, int) for side in value.shape):
            raise ValueError(value.name)
        inputs[value.name] = rng.random(value.shape).astype(kind_of(value))
    return inputs


def _outputs(session: Any, inputs: dict[str, NDArray[Any]]) -> list[NDArray[Any]]:  # noqa: ANN401
    options = onnxruntime.RunOptions()
    options.log_severity_level = SILENT
    outputs: list[NDArray[Any]] = session.run(None, inputs, options)
    return outputs
