"""Synthetic people of a face inpainter: each is a latent, drawn by the identity's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from swaddle.identity.ports import Portrait, Preview, PreviewRequest
from swaddle.identity.scaling import scaled
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import still
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import IdentityPlan
from swaddle.kernel.tables import IRIS_POINTS
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

    def preview(self, requests: Sequence[PreviewRequest]) -> Sequence[Preview | None]:
        """Return the portraits with the people painted into them, and the landmarks."""
        ratios = [min(1.0, request.portrait.pixel) for request in requests]
        swaps = [_swap(request, ratio) for request, ratio in zip(requests, ratios, strict=True)]
        previews: list[Preview | None] = []
        for swap, swapped, ratio in zip(
            swaps, self.inpainter.swap_each(swaps), ratios, strict=True
        ):
            if swapped is None:
                previews.append(None)
                continue
            painted = scaled(swap.frame.painted([swapped.patch]).bgr(), 1 / ratio)
            previews.append((painted, swapped.landmarks / ratio))
        return previews


def _swap(request: PreviewRequest, ratio: float) -> SwapRequest:
    picture = scaled(request.portrait.picture, ratio)
    face = _face(request.portrait, ratio)
    return SwapRequest(still(picture), face, request.identity, request.group)


def _face(portrait: Portrait, ratio: float) -> FaceToSwap:
    return FaceToSwap(
        landmarks=portrait.landmarks.astype(np.float64) * ratio,
        irises=np.zeros((2, IRIS_POINTS, 2)),
        occlusion=portrait.stays,
        shape=portrait.shape.astype(np.float64),
        contrast=portrait.contrast,
    )
