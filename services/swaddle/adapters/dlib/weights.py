"""
Networks as dlib's `serialize` writes them (dlib/serialize.h, dlib/dnn/layers.h): layers one after the
other, from the picture on.

A layer begins with its kind as a string. Numbers have a byte that says how many bytes follow, the
lowest first, and in its highest bit their sign. A tensor is its version, four dimensions, and its
values as little-endian single precision.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from swaddle.kernel.geometry import Floats

TENSOR_VERSION: Final = 2
"""Of tensors with values in single precision; dlib before 2016 wrote other ones."""

DIMENSIONS: Final = 4
SIZE_BITS: Final = 0x0F
SIGN_BIT: Final = 0x80


@dataclass(slots=True)
class StoredNetwork:
    """Reads the parameters of one layer after the other."""

    content: bytes
    _at: int = 0

    def parameters(self, kind: str, shape: tuple[int, ...], before: int = 0) -> Floats:
        """
        Return the parameters of the next layer of a kind, in this shape.

        `before`: how many numbers the layer says of itself first. Raises ValueError where there is no
        such layer, or one of another size.
        """
        name = bytes([1, len(kind)]) + kind.encode()
        self._at = self.content.index(name, self._at) + len(name)
        for _ in range(before):
            self._number()
        return self._tensor(int(np.prod(shape))).reshape(shape)

    def require_end(self, kind: str) -> None:
        """Raise ValueError where another layer of a kind follows."""
        if self.content.find(kind.encode(), self._at) >= 0:
            raise ValueError(kind)

    def _number(self) -> int:
        # Behind the end, everything is 0: what is too short has tensors of the wrong size.
        head = int.from_bytes(self.content[self._at : self._at + 1], "little")
        first, behind = self._at + 1, self._at + 1 + (head & SIZE_BITS)
        self._at = behind
        value = int.from_bytes(self.content[first:behind], "little")
        return -value if head & SIGN_BIT else value

    def _tensor(self, size: int) -> Floats:
        version, *dimensions = (self._number() for _ in range(1 + DIMENSIONS))
        if version != TENSOR_VERSION or int(np.prod(dimensions)) != size:
            raise ValueError(dimensions)
        values: Floats = np.frombuffer(self.content, "<f4", size, self._at)
        self._at += values.nbytes
        return values
