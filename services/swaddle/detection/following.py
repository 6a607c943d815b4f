"""
Following one face from frame to frame.

The mesh of one frame tells where to look in the next. Where it lets go, the detector looks at the
surroundings; where that finds nothing either, the evidence has ended.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from swaddle.kernel.faces import Face
from swaddle.kernel.frames import Frame, Image

from .cascade import MESH_PRESENCE, Cascade

STEP_IOU: Final = 0.2
"""A face overlaps itself at least this far from one frame to the next: at 30 frames a second it
would otherwise move by two thirds of its own width in 33 ms."""

CUT_DIFFERENCE: Final = 28.0
"""Mean absolute difference of the luma of two frames (32 x 18 cells, 0..255) from which they may
belong to different scenes; hands that fill a third of the picture stay below 20."""

CUT_CORRELATION: Final = 0.6
"""A change of light keeps the correlation of the cells above this, a cut does not."""

SINGLE_COLOUR: Final = 1e-6
"""Product of two deviations, in squared grey levels, below which one of them is rounding."""


@dataclass(frozen=True, slots=True)
class Follower:
    """Follows faces."""

    cascade: Cascade

    def step(self, frame: Frame, before: Face) -> Face | None:
        """Return the face in a neighbouring frame, or None where it cannot be made out."""
        if before.mesh is not None:
            mesh = self.cascade.landmarker.fit(frame, before.mesh.region())
            if mesh.presence >= MESH_PRESENCE and mesh.box.iou(before.box) > STEP_IOU:
                return Face(mesh.box, 0.0, mesh)
        near = self.cascade.near(frame, before.region())
        found = max(near, key=lambda face: face.box.iou(before.box), default=None)
        if found is None or found.box.iou(before.box) <= STEP_IOU:
            return None
        return found

    def along(self, frames: Sequence[Frame], start: Face, scenes: Sequence[int]) -> Iterator[Face]:
        """
        Yield the face in frames[1:], until it is lost or the scene changes.

        `scenes` numbers the scene of each frame.
        """
        face = start
        for index in range(1, len(frames)):
            if scenes[index] != scenes[0]:
                return
            following = self.step(frames[index], face)
            if following is None:
                return
            yield following
            face = following


def thumbnail(frame: Frame) -> Image:
    """Return the luma of a frame in 32 x 18 cells."""
    return frame.scaled(32, 18).mean(axis=2)


def is_cut(before: Image, after: Image) -> bool:
    """Return whether a new scene begins between two thumbnails."""
    difference, correlation = compared(before, after)
    return difference >= CUT_DIFFERENCE and correlation < CUT_CORRELATION


def compared(before: Image, after: Image) -> tuple[float, float]:
    """Return mean difference and correlation of two thumbnails; 0 where one has a single colour."""
    a, b = before.astype(np.float64).ravel(), after.astype(np.float64).ravel()
    difference = float(np.abs(a - b).mean())
    spread = float(a.std() * b.std())
    if spread < SINGLE_COLOUR:
        return difference, 0.0
    return difference, float(((a - a.mean()) * (b - b.mean())).mean()) / spread


def scenes_of(frames: Sequence[Frame]) -> tuple[int, ...]:
    """Return for each frame how many cuts lie between it and the first."""
    thumbs = [thumbnail(frame) for frame in frames]
    cuts = [is_cut(a, b) for a, b in pairwise(thumbs)]
    return (0, *np.cumsum(cuts).tolist()) if cuts else (0,)
