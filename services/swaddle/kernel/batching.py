"""How many inputs go through a model at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import structlog

from .errors import OutOfMemory

Input = TypeVar("Input")
Output = TypeVar("Output")

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
