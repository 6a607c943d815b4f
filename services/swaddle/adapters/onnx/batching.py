"""How many inputs go through a model at once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

import structlog
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, RuntimeException

from swaddle.kernel.errors import OutOfMemory

Input = TypeVar("Input")
Output = TypeVar("Output")

SAYINGS: Final = ("out of memory", "bad_alloc", "bad allocation", "failed to allocate")
"""What ONNX Runtime says of too little memory, on CPUs and on CUDA; it has no error for it."""

log = structlog.get_logger()


@dataclass(slots=True)
class Batching:
    """A number that is halved for good when the device has too little memory."""

    size: int

    def run(
        self, inputs: Sequence[Input], model: Callable[[Sequence[Input]], Sequence[Output]]
    ) -> Sequence[Output]:
        """Return the outputs for all inputs; raises OutOfMemory where one alone is too many."""
        outputs: list[Output] = []
        while len(outputs) < len(inputs):
            batch = inputs[len(outputs) : len(outputs) + self.size]
            try:
                outputs += model(batch)
            except OutOfMemory:
                if len(batch) == 1:
                    raise
                self.size = len(batch) // 2
                log.warning("batch halved", size=self.size)
        return outputs


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
