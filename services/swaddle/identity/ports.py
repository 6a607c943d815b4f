"""What identity generation needs that no other service does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import IdentityPlan


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """A good picture of a real person."""

    picture: Image
    landmarks: Floats
    """(468, 3), in the picture's pixels."""
    shape: Floats
    """(468, 3): the person's own shape, in canonical coordinates."""
    contrast: Floats
    """(3,): deviation of the detail of the person's skin, by zone."""
    pixel: float = 1.0
    """Side of the picture's pixels, in pixels of the frame: below 1 where it was enlarged."""


class IdentityGenerator(Protocol):
    """Invents synthetic people."""

    @property
    def fingerprint(self) -> str:
        """Tells engines, weights and their versions apart."""
        ...

    def invent(self, seed: bytes, group: AgeGroup, number: int) -> IdentityPlan:
        """Return the person that a seed stands for; `number` is noted as the attempt."""
        ...

    def tendency(self, identity: IdentityPlan, group: AgeGroup) -> Floats:
        """
        Return (128,): how the person moves the recogniser's vector away from the average's.

        A cheap and rough forecast; zeros where the engine cannot tell.
        """
        ...

    def preview(
        self, identity: IdentityPlan, group: AgeGroup, portraits: Sequence[Portrait]
    ) -> Sequence[tuple[Image, Floats]]:
        """Return the portraits with the synthetic person in them, and its landmarks."""
        ...
