"""
Synthetic people as Stable Diffusion paints them into a subject's portraits.

The recipe is BLANKET's, with its defects repaired (docs/explanation/diffusion.md): the mask holds
the forehead, the prompt follows the age group, the seed is the identity's, a padded crop is
painted, of the best portraits, and what comes out is looked at before anybody uses it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from swaddle.identity.ports import Portrait, Preview, PreviewRequest
from swaddle.kernel.batching import Batching
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import IdentityPlan

from .controls import canny, openpose
from .masking import Crop, cropped
from .presets import Preset

VERSION: Final = "diffusers/1"


@dataclass(frozen=True, slots=True, eq=False)
class Sitting:
    """What a network needs to paint one face."""

    picture: Image
    """(size, size, 3) BGR."""
    mask: Image
    """(size, size): 255 where it is painted, 0 elsewhere."""
    openpose: Image
    canny: Image
    """(size, size, 3): what the ControlNets see."""
    prompt: str
    seed: int
    """64 bits."""


Paint = Callable[[Sequence[Sitting]], Sequence[Image]]
"""Return the painted pictures, BGR; raises OutOfMemory where so many are too many at once."""

Look = Callable[[Image, Portrait], Preview | None]
"""What a judge accepts: `identity.judging.Judge.accepted`."""


@dataclass(frozen=True, slots=True, eq=False)
class DiffusersIdentityGenerator:
    """
    Paints people by a preset.

    `paint` runs the networks and `look` the models of the judge; both may load them when they are
    first called, so that who only wants the fingerprint needs neither weights nor a GPU. `weights`
    tells their versions apart, where the preset's names do not.
    """

    name: str
    """Of the preset."""
    preset: Preset
    paint: Paint
    look: Look
    batching: Batching
    weights: str = ""
    by_picture: ClassVar[bool] = True

    @property
    def fingerprint(self) -> str:
        """The preset with a digest of all it says."""
        parts = (VERSION, self.name, self.preset.digest[:16], self.weights)
        return " ".join(part for part in parts if part)

    @property
    def at_once(self) -> int:
        """As many as go through the networks together."""
        return self.batching.size

    def invent(self, seed: bytes, group: AgeGroup, number: int) -> IdentityPlan:
        """Return a name, from which the noise is drawn: the person is the picture."""
        del group
        return IdentityPlan(identity_id=seed.hex()[:16], attempt=number, engine=self.fingerprint)

    def tendency(self, identity: IdentityPlan, group: AgeGroup) -> None:
        """Return None: nobody knows what a seed will look like."""
        del identity, group

    def moved_away(
        self, identity: IdentityPlan, group: AgeGroup, references: Floats, by: Floats
    ) -> IdentityPlan:
        """Return the person itself: nobody knows who is near."""
        del group, references, by
        return identity

    def preview(self, requests: Sequence[PreviewRequest]) -> Sequence[Preview | None]:
        """Return the portraits with a painted face each, and None where the judge refuses it."""
        crops = [cropped(request.portrait, self.preset) for request in requests]
        sittings = [self._sitting(r, crop) for r, crop in zip(requests, crops, strict=True)]
        painted = self.batching.run(sittings, self.paint)
        return [
            self.look(crop.pasted(request.portrait.picture, picture), request.portrait)
            for request, crop, picture in zip(requests, crops, painted, strict=True)
        ]

    def _sitting(self, request: PreviewRequest, crop: Crop) -> Sitting:
        return Sitting(
            picture=crop.picture,
            mask=crop.mask,
            openpose=openpose(crop.points, self.preset.size),
            canny=canny(crop.picture, self.preset.canny.low, self.preset.canny.high),
            prompt=self.preset.prompts.of(request.group),
            seed=int(request.identity.identity_id, 16),
        )
