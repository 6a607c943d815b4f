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
    stays: Image
    """(48, 48) in texture space: 0 the face shows, 255 the person's hair or dark glasses, which stay."""
    pixel: float = 1.0
    """Side of the picture's pixels, in pixels of the frame: below 1 where it was enlarged."""


Preview = tuple[Image, Floats]
"""A portrait with a synthetic person in it, and the person's landmarks (468, 3) in its pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class PreviewRequest:
    """A synthetic person, and in whose place it is to be seen."""

    identity: IdentityPlan
    group: AgeGroup
    """Of the real person."""
    portrait: Portrait


class IdentityGenerator(Protocol):
    """Invents synthetic people."""

    @property
    def fingerprint(self) -> str:
        """Tells engines, weights and their versions apart."""
        ...

    @property
    def by_picture(self) -> bool:
        """
        Whether a person is the one picture that `preview` makes of one portrait.

        On another portrait, the same seed is then somebody else. Where it is not so, the person is
        in the plan, and looks the same in every portrait.
        """
        ...

    @property
    def at_once(self) -> int:
        """How many requests are worth giving to `preview` together, at least one."""
        ...

    def invent(self, seed: bytes, group: AgeGroup, number: int) -> IdentityPlan:
        """Return the person that a seed stands for; `number` is noted as the attempt."""
        ...

    def tendency(self, identity: IdentityPlan, group: AgeGroup) -> Floats | None:
        """
        Return (d,): how the person moves the recogniser's vector away from the average's.

        A cheap and rough forecast; None where the engine can tell that of nobody.
        """
        ...

    def moved_away(
        self, identity: IdentityPlan, group: AgeGroup, references: Floats, by: Floats
    ) -> IdentityPlan:
        """
        Return who is like the person, but tends less towards each of `references` (r, d).

        `by` (r,): by how much less; where it is negative, by how much more is no matter. Somebody
        else, with another name; the person itself where the engine cannot tell or knows nobody.
        """
        ...

    def preview(self, requests: Sequence[PreviewRequest]) -> Sequence[Preview | None]:
        """
        Return each portrait with its synthetic person in it, the same each time on one device.

        Who else is asked for changes nothing, up to one grey level of a network. None where the
        person cannot be shown, or does not look as the portrait does: another pose, another
        expression, no face.
        """
        ...
