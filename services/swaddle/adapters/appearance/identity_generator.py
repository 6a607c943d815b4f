"""Synthetic people from the face space, and how they look in the place of somebody."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from swaddle.identity.ports import Portrait, Preview, PreviewRequest
from swaddle.identity.scaling import scaled
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import still
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import IdentityPlan
from swaddle.kernel.tables import IRIS_POINTS
from swaddle.swapping.ports import FaceToSwap

from .face_space import face_space
from .face_swapper import AppearanceFaceSwapper
from .parts import FARTHEST_PARTS, within
from .people import ENGINE, coefficients, deviations, draw, moved
from .stepping import least

ROUNDED: Final = 1e-3
"""Similarity that may be missing where coefficients were rounded."""


@dataclass(frozen=True, slots=True)
class AppearanceIdentityGenerator:
    """Draws people from the face space."""

    fingerprint: str = ENGINE
    by_picture: bool = False
    at_once: int = 1
    foresees: bool = True
    """Whether people are compared by the recogniser that the tendencies were learned for."""
    _swapper: AppearanceFaceSwapper = field(default_factory=AppearanceFaceSwapper)

    def invent(self, seed: bytes, group: AgeGroup, number: int) -> IdentityPlan:
        """Return the person that a seed stands for."""
        return draw(seed, group, number)

    def tendency(self, identity: IdentityPlan, group: AgeGroup) -> Floats | None:
        """Return how the coefficients move the recogniser's vector: learned, linear."""
        if not self.foresees:
            return None
        return coefficients(identity) @ face_space(group).tendencies

    def moved_away(
        self, identity: IdentityPlan, group: AgeGroup, references: Floats, by: Floats
    ) -> IdentityPlan:
        """
        Return the likeliest of whom the tendencies are true, or the person itself.

        As long as it goes, every part of the face stays as some people's is. To hide somebody comes
        before that.
        """
        if not self.foresees:
            return identity
        scale = deviations(group)
        away = -(references @ face_space(group).tendencies.T) * scale
        start = coefficients(identity) / scale
        for farthest in FARTHEST_PARTS:
            likely, room = within(group, start, farthest)
            step = least(np.vstack([away, likely]), np.concatenate([by, room])) * scale
            other = moved(identity, group, step)
            if (away @ (coefficients(other) / scale - start) >= by - ROUNDED).all():
                return other
        return moved(identity, group, least(away, by) * scale)

    def preview(self, requests: Sequence[PreviewRequest]) -> Sequence[Preview | None]:
        """Return the portraits with the synthetic people in them, and their landmarks."""
        return [self._shown(request) for request in requests]

    def _shown(self, request: PreviewRequest) -> Preview | None:
        portrait = request.portrait
        ratio = min(1.0, portrait.pixel)
        frame = still(scaled(portrait.picture, ratio))
        swapped = self._swapper.swap(
            frame, _face(portrait, ratio), request.identity, request.group
        )
        if swapped is None:
            return None
        painted = scaled(frame.painted([swapped.patch]).bgr(), 1 / ratio)
        return painted, swapped.landmarks / ratio


def _face(portrait: Portrait, ratio: float) -> FaceToSwap:
    return FaceToSwap(
        landmarks=portrait.landmarks.astype(np.float64) * ratio,
        irises=np.zeros((2, IRIS_POINTS, 2)),  # not re-coloured: the recogniser hardly looks there
        occlusion=portrait.stays,
        shape=portrait.shape.astype(np.float64),
        contrast=portrait.contrast,
    )
