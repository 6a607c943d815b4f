"""A session of ONNX Runtime on a device that has little memory, or fails."""

from collections.abc import Mapping, Sequence

from numpy.typing import NDArray
from onnxruntime import InferenceSession

SAID = "Non-zero status code returned while running Conv node. CUDA failure 2: out of memory"
"""What ONNX Runtime says of too little memory."""


class Crowded:
    """A session on a device that takes a few inputs at once, and says what ONNX Runtime does."""

    def __init__(self, session: InferenceSession, room: int, error: Exception) -> None:
        self.session, self.room, self.error = session, room, error
        self.batches: list[int] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self.session, name)

    def run(self, names: Sequence[str] | None, inputs: Mapping[str, NDArray]) -> list[NDArray]:
        size = len(next(iter(inputs.values())))
        if size > self.room:
            raise self.error
        self.batches.append(size)
        return self.session.run(names, inputs)
