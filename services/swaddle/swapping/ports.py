"""What swapping needs that no other service does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import Frame, Image, Patch
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import IdentityPlan


@dataclass(frozen=True, slots=True, eq=False)
class FaceToSwap:
    """A face in a frame, and what is known about it."""

    landmarks: Floats
    """(468, 3), smoothed, in frame pixels."""
    irises: Floats
    """(2, 5, 2): centre, right, top, left and bottom of each iris, in frame pixels."""
    occlusion: Image
    """(48, 48) in texture space: 0 the face shows, 255 something hides it, or it is hair or dark glasses."""
    shape: Floats
    """(468, 3): the person's own shape, in canonical coordinates."""
    contrast: Floats
    """(3,): deviation of the detail of the person's skin, by zone."""


@dataclass(frozen=True, slots=True, eq=False)
class SwappedFace:
    """New pixels, and where the synthetic face's landmarks are."""

    patch: Patch
    landmarks: Floats
    """(468, 3), in frame pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class SwapRequest:
    """One face that shall be rendered."""

    frame: Frame
    """With what was rendered before it."""
    face: FaceToSwap
    identity: IdentityPlan
    group: AgeGroup


class FaceSwapper(Protocol):
    """Renders a synthetic person in the place of a real one."""

    @property
    def fingerprint(self) -> str:
        """Tells engines, weights and their versions apart."""
        ...

    def swap(
        self, frame: Frame, face: FaceToSwap, identity: IdentityPlan, group: AgeGroup
    ) -> SwappedFace | None:
        """
        Return the rendered face, or None where it cannot be rendered well.

        Raises ModelFailed or OutOfMemory where the engine fails on this face alone; any other
        error says that the engine as a whole cannot work.
        """
        ...

    def swap_each(self, requests: Sequence[SwapRequest]) -> Sequence[SwappedFace | None]:
        """
        Return what `swap` would, for faces of which none touches what another paints on.

        Raises what `swap` does; which of the faces it was is not said then.
        """
        ...


FindEngine = Callable[[str | None], FaceSwapper]
"""
Returns the swapper with a URL, the run's own for None, loaded once for a process.

Raises Misused where no engine answers to the URL, ModelMissing where its weights are missing.
"""
