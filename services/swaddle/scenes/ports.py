"""What rendering scenes needs that no other service does."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """How a synthetic person looks."""

    shape: Floats
    """(498, 3): mesh with forehead, canonical coordinates; z grows away from the viewer."""
    detail: Floats
    """(256, 256, 3): logarithm of the colours (blue, green, red) without light and skin tone."""


class LooksSource(Protocol):
    """Knows synthetic people."""

    def looks(self, seed: bytes, group: AgeGroup) -> Looks:
        """Return the person that a seed stands for; the same one each time."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """How a camera would have stored a scene."""

    rotation: int = 0
    """Degrees that a player turns the stored picture clockwise: 0, 90, 180 or 270."""
    depth: int = 8
    """Bits of a sample: 8 or 10."""


class SceneWriter(Protocol):
    """Stores scenes as videos."""

    def write(
        self,
        pictures: Iterable[tuple[Fraction, Image]],
        sound: NDArray[np.int16],
        recording: Recording,
        target: BinaryIO,
    ) -> None:
        """
        Write an MP4 file with the pictures (blue, green, red, upright), each shown from its time.

        `sound` (samples, channels) at 48,000 Hz, encoded as AAC; without samples, no track.
        Raises StorageFailed.
        """
        ...
