"""Opens ONNX models: on which device, with which inputs and outputs."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
import structlog
from onnxruntime.capi.onnxruntime_pybind11_state import (
    Fail,
    InvalidGraph,
    InvalidProtobuf,
    RuntimeException,
)
from onnxruntime.capi.onnxruntime_pybind11_state import (
    NotImplemented as NoSuchOperator,
)

from swaddle.kernel.devices import Device
from swaddle.kernel.errors import ModelMissing, Unavailable

from .failing import out_of_memory

log = structlog.get_logger()

Shape = tuple[int | None, ...]
"""None where a dimension may be anything."""

CUDA: Final = "CUDAExecutionProvider"
TENSORRT: Final = "TensorrtExecutionProvider"
PROCESSOR: Final = "CPUExecutionProvider"

AS_ASKED: Final = {"arena_extend_strategy": "kSameAsRequested"}
SETTINGS: Final = {PROCESSOR: AS_ASKED, CUDA: AS_ASKED}
"""The arena keeps what the largest input needed, 0.1 GB for a tile of the search, and no more.
Without one each run gets its memory anew from the system, page by page: a third of its time on a
processor. By default it grows by powers of two: on an H200, eight pictures of 1280 x 704 in CenterFace took
5.1 GiB in place of 4.0, and as long."""

TYPES: Final = {"tensor(float16)": np.float16, "tensor(double)": np.float64}
"""What ONNX Runtime calls the types of inputs, and NumPy; all others are given in float32."""

QUIET: Final = 3
"""ONNX Runtime's level for errors alone: its warnings name nodes, which helps nobody."""


def providers(device: Device) -> list[str]:
    """
    Return the execution providers to ask for, the fastest first.

    Raises Unavailable where a device is asked for by name and the installed runtime has none.
    """
    there = onnxruntime.get_available_providers()
    if device is Device.CPU:
        return [PROCESSOR]
    if device is Device.AUTO:
        return [name for name in (CUDA, PROCESSOR) if name in there]
    wanted = [CUDA, PROCESSOR]
    if device is Device.TENSORRT:
        wanted = [TENSORRT, *wanted]
    if wanted[0] not in there:
        raise Unavailable(
            f"The device {device.value} was asked for, but the installed ONNX Runtime has no "
            f"{wanted[0]}; install swaddle[gpu] on a machine with an NVIDIA GPU, or set "
            "SWADDLE_DEVICE=cpu."
        )
    return wanted


def open_session(
    model: Path | bytes, device: Device, threads: int, name: str = ""
) -> onnxruntime.InferenceSession:
    """
    Load a model; `threads` counts on the processor alone, 0 stands for all cores.

    `name` is what errors call a model that is given as bytes. Raises ModelMissing where the file
    is absent or no ONNX model, Unavailable where the device is, OutOfMemory where it is too small.
    """
    called = name or (model.name if isinstance(model, Path) else "of these bytes")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = QUIET
    if isinstance(model, Path):
        check_there(model)
    source = str(model) if isinstance(model, Path) else model
    wanted = providers(device)
    if CUDA in wanted:
        # The package index's CUDA libraries lie where the loader does not look by itself.
        onnxruntime.preload_dlls()
    try:
        with out_of_memory():
            session = onnxruntime.InferenceSession(
                source, options, providers=[(place, SETTINGS.get(place, {})) for place in wanted]
            )
    except (Fail, InvalidGraph, InvalidProtobuf, NoSuchOperator, RuntimeException) as error:
        raise ModelMissing(
            f"The model {called} is not one that ONNX Runtime {onnxruntime.__version__} can load; "
            "run `swaddle models verify`, and fetch it again."
        ) from error
    check_started(session, device, wanted[0])
    return session


def check_started(session: onnxruntime.InferenceSession, device: Device, wanted: str) -> None:
    """
    Raise Unavailable where a session has no provider of the device that was asked for by name.

    The runtime falls back without an error where the driver, a library or memory is missing.
    """
    started = session.get_providers()[0]
    if started == wanted:
        return
    if device.named:
        raise Unavailable(
            f"The device {device.value} was asked for, but ONNX Runtime could not start it: look "
            "for an NVIDIA driver, its libraries and what else fills the card, or set "
            "SWADDLE_DEVICE=cpu."
        )
    _tell(wanted)


@cache
def _tell(wanted: str) -> None:
    """Say once in a process that models run on the processor."""
    log.warning("no GPU could be started: models run on the processor", provider=wanted)


def check_there(model: Path) -> None:
    """Raise ModelMissing where there is no such file."""
    if not model.is_file():
        raise ModelMissing(f"The model {model.name} is not there; run `swaddle models fetch`.")


def check_signature(
    session: onnxruntime.InferenceSession,
    called: str,
    inputs: Mapping[str, Shape] | Sequence[Shape],
    outputs: int,
) -> None:
    """
    Refuse a model that takes or gives something else than expected; raises ModelMissing.

    `inputs`: the shape of each, by name, or in order where names differ between releases;
    `outputs`: how many there are at least.
    """
    found = [(value.name, tuple(value.shape)) for value in session.get_inputs()]
    by_name = isinstance(inputs, Mapping)
    wanted = list(inputs.items()) if isinstance(inputs, Mapping) else [("", s) for s in inputs]
    pairs = _paired(found, wanted, by_name=by_name)
    given = len(session.get_outputs())
    if pairs is None or not all(fits(*pair) for pair in pairs) or given < outputs:
        raise ModelMissing(
            f"The model {called} has another signature: expected {_said(wanted)} and {outputs} or "
            f"more outputs, found {_said(found)} and {given}. Is it the file that the catalogue "
            "names? `swaddle models verify` tells."
        )


def check_outputs(
    session: onnxruntime.InferenceSession,
    called: str,
    outputs: Mapping[str, Shape] | Sequence[Shape],
) -> None:
    """
    Refuse a model that gives something else than expected; raises ModelMissing.

    `outputs`: the last dimensions of each (files differ in whether the first counts inputs), by
    name, or in order where names differ between releases.
    """
    there = {value.name: tuple(value.shape) for value in session.get_outputs()}
    if isinstance(outputs, Mapping):
        wanted = list(outputs.items())
        found = [(name, there[name]) for name in outputs if name in there]
    else:
        wanted = [("", shape) for shape in outputs]
        found = list(there.items())[: len(outputs)]
    fitting = [fits(f[-len(w) :], w) for (_, f), (_, w) in zip(found, wanted, strict=False)]
    if len(found) < len(wanted) or not all(fitting):
        raise ModelMissing(
            f"The model {called} gives something else: expected {_said(wanted)}, found "
            f"{_said(list(there.items()))}. Is it the file that the catalogue names? "
            "`swaddle models verify` tells."
        )


def kind_of(value: Any) -> Any:  # noqa: ANN401 - onnxruntime has no types
    """Return NumPy's type for an input of a session."""
    return TYPES.get(value.type, np.float32)


def takes_many(session: onnxruntime.InferenceSession) -> bool:
    """Say whether several inputs go through a model at once: every first dimension is free."""
    values = [*session.get_inputs(), *session.get_outputs()]
    return all(value.shape and not isinstance(value.shape[0], int) for value in values)


def fits(found: tuple[Any, ...], wanted: Shape) -> bool:
    """Say whether a shape is as wanted; a dimension that the file leaves open fits anything."""
    return len(found) == len(wanted) and all(
        want is None or not isinstance(have, int) or have == want
        for have, want in zip(found, wanted, strict=True)
    )


def _paired(
    found: Sequence[tuple[str, tuple[Any, ...]]],
    wanted: Sequence[tuple[str, Shape]],
    *,
    by_name: bool,
) -> list[tuple[tuple[Any, ...], Shape]] | None:
    if len(found) != len(wanted):
        return None
    if not by_name:
        return [(f, w) for (_, f), (_, w) in zip(found, wanted, strict=True)]
    there = dict(found)
    if set(there) != {name for name, _ in wanted}:
        return None
    return [(there[name], shape) for name, shape in wanted]


def _said(values: Sequence[tuple[str, tuple[Any, ...]]]) -> str:
    def one(name: str, shape: tuple[Any, ...]) -> str:
        sides = " x ".join(str(side) if isinstance(side, int) else "any" for side in shape)
        return f"{name} ({sides})".strip()

    return ", ".join(one(name, shape) for name, shape in values)
