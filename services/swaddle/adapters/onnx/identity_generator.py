"""Synthetic people of a face inpainter: each is a latent, drawn by the identity's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from swaddle.identity.ports import Portrait, Preview
from swaddle.identity.scaling import scaled
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import still
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import IdentityPlan
from swaddle.kernel.tables import IRIS_POINTS, TEXTURE_CELLS
from swaddle.swapping.ports import FaceToSwap, SwapRequest

from .face_inpainter import OnnxFaceInpainter

NAME_DIGITS: Final = 16
"""Of a person's name, hexadecimal: as those of the face space have."""


@dataclass(frozen=True, slots=True, eq=False)
class OnnxIdentityGenerator:
    """Names people whom an inpainter paints; the plan needs nothing but the name."""

    inpainter: OnnxFaceInpainter
    by_picture: bool = False

    @property
    def fingerprint(self) -> str:
        """The inpainter's."""
        return self.inpainter.fingerprint

    @property
    def at_once(self) -> int:
        """As many as the inpainter takes."""
        return self.inpainter.runtime.batch

    def invent(self, seed: bytes, group: AgeGroup, number: int) -> IdentityPlan:
        """Return the person that a seed stands for; the surroundings, not `group`, give the age."""
        del group
        return IdentityPlan(
            identity_id=seed.hex()[:NAME_DIGITS], attempt=number, engine=self.fingerprint
        )

    def tendency(self, identity: IdentityPlan, group: AgeGroup) -> None:
        """Return None: nothing is known of a latent before it is painted."""
        del identity, group

    def moved_away(
        self, identity: IdentityPlan, group: AgeGroup, references: Floats, by: Floats
    ) -> IdentityPlan:
        """Return the person itself: nobody knows who is near."""
        del group, references, by
        return identity

    def preview(
        self, identity: IdentityPlan, group: AgeGroup, portraits: Sequence[Portrait]
    ) -> Sequence[Preview | None]:
        """Return the portraits with the person painted into them, and the landmarks."""
        ratios = [min(1.0, portrait.pixel) for portrait in portraits]
        requests = [
            SwapRequest(still(scaled(p.picture, ratio)), _face(p, ratio), identity, group)
            for p, ratio in zip(portraits, ratios, strict=True)
        ]
        previews: list[Preview | None] = []
        for request, swapped, ratio in zip(
            requests, self.inpainter.swap_each(requests), ratios, strict=True
        ):
            if swapped is None:
                previews.append(None)
                continue
            painted = scaled(request.frame.painted([swapped.patch]).bgr(), 1 / ratio)
            previews.append((painted, swapped.landmarks / ratio))
        return previews


def _face(portrait: Portrait, ratio: float) -> FaceToSwap:
    return FaceToSwap(
        landmarks=portrait.landmarks.astype(np.float64) * ratio,
        irises=np.zeros((2, IRIS_POINTS, 2)),
        occlusion=np.zeros((TEXTURE_CELLS, TEXTURE_CELLS), np.uint8),
        shape=portrait.shape.astype(np.float64),
        contrast=portrait.contrast,
    )
