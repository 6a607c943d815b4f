"""What scenes need from outside: people to show, and a sound that is a real one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Actor:
    """The face of a synthetic person, without light and skin tone."""

    shape: Floats
    """(498, 3): mesh with forehead, canonical coordinates (`kernel.texture_space`)."""
    detail: Floats
    """(256, 256, 3): logarithm of the colours against the skin tone."""
    iris: Floats
    """(3,): blue, green, red."""


class Casting(Protocol):
    """Finds people who do not exist."""

    def cast(self, seed: bytes, group: AgeGroup) -> Actor:
        """Return the person that a seed stands for: always the same one."""
        ...


class SoundWriter(Protocol):
    """Encodes sound."""

    def write(self, samples: Sequence[NDArray[np.float32]], rate: int, target: BinaryIO) -> None:
        """
        Write a file with one track of sound, as cameras have it, from an array per channel.

        One channel or two, of equal length, -1..1, `rate` samples a second. Raises Misused.
        """
        ...
