"""What ONNX Runtime says of too little memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from onnxruntime.capi.onnxruntime_pybind11_state import Fail, RuntimeException

from swaddle.kernel.errors import OutOfMemory

SAYINGS: Final = ("out of memory", "bad_alloc", "bad allocation", "failed to allocate")
"""What ONNX Runtime says of too little memory, on CPUs and on CUDA; it has no error for it."""


@contextmanager
def out_of_memory() -> Iterator[None]:
    """Tell too little memory from other failures."""
    try:
        yield
    except (Fail, RuntimeException, MemoryError) as error:
        said = str(error).lower()
        if isinstance(error, MemoryError) or any(words in said for words in SAYINGS):
            raise OutOfMemory("The device has too little memory.") from error
        raise
