"""What ONNX Runtime's errors mean: too little memory, or a model that stopped."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException

from swaddle.kernel.errors import ModelFailed, OutOfMemory

SAYINGS: Final = (
    *("out of memory", "bad_alloc", "bad allocation", "failed to allocate"),
    *("smaller than requested", "resource allocation failed"),
)
"""
What ONNX Runtime says of too little memory, on CPUs and on CUDA; it has no error for it.

Those of CUDA were read off an H200 with 1.31: of a run on a full card, of an arena at its limit, and of
cuBLAS when a session is opened.
"""

BOUND: Final = "Error in execution"
"""How it begins where inputs and outputs are bound to a card: the error is Python's RuntimeError then."""


@contextmanager
def out_of_memory() -> Iterator[None]:
    """Tell too little memory from other failures."""
    try:
        yield
    except (Fail, RuntimeException, RuntimeError, MemoryError) as error:
        said = str(error).lower()
        if isinstance(error, MemoryError) or any(words in said for words in SAYINGS):
            raise OutOfMemory("The device has too little memory.") from error
        raise


@contextmanager
def stopping(model: str, given: str) -> Iterator[None]:
    """
    Run a model: raises OutOfMemory with too little memory, ModelFailed where it stops.

    `model`, `given`: what the message calls it, and what it was given.
    """
    try:
        with out_of_memory():
            yield
    except (Fail, InvalidArgument, RuntimeException, RuntimeError) as error:
        if isinstance(error, RuntimeError) and not str(error).startswith(BOUND):
            raise
        # What the runtime says names nodes, and may show shapes: it goes no further.
        raise ModelFailed(f"{model} stopped on {given}.") from error
