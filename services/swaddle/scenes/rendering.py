"""Renders a scene, frame by frame, with the truth about every face in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.faces import OVAL
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Box, Floats

from .head import place
from .painting import developed, paint_actor, paint_hand, room
from .ports import Looks, LooksSource
from .scene import Actor, Scene, Shot, at

PROFILE: Final = 90.0
"""Degrees of yaw from which a head shows no face."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceTruth:
    """A face as it is, whoever sees it."""

    name: str
    """Of the actor."""
    landmarks: Floats
    """(468, 3), in pixels."""
    yaw: float
    occluded: float
    """Share of the face that a hand or a nearer face hides."""
    inside: float
    """Share of the face that lies in the picture."""

    @property
    def box(self) -> Box:
        """Around the mesh."""
        return Box.around(self.landmarks)

    @property
    def faces_camera(self) -> bool:
        """Whether the camera can see the face from the front or the side."""
        return abs(self.yaw) < PROFILE and self.inside > 0


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """One frame of a scene."""

    number: int
    time: Fraction
    picture: Image
    faces: tuple[FaceTruth, ...]


def render(scene: Scene, source: LooksSource) -> Iterator[Moment]:
    """Yield every frame of a scene; the same each time."""
    known = {
        actor: source.looks(actor.seed, actor.group) for s in scene.shots for actor in s.actors
    }
    for number, (time, shot, since) in enumerate(scene.moments()):
        yield _moment(scene, shot, known, number, time, since)


def _moment(
    scene: Scene,
    shot: Shot,
    known: dict[Actor, Looks],
    number: int,
    time: Fraction,
    since: float,
) -> Moment:
    picture = room(shot.room, scene.width, scene.height).copy()
    meshes = []
    for actor in shot.actors:
        key = at(actor.keys, since)
        where = place(key, scene.width, scene.height)
        meshes.append((actor, key.yaw, paint_actor(picture, actor, known[actor], key, where)))
    hidden = np.zeros(picture.shape[:2], bool)
    for occluder in shot.occluders:
        hidden |= paint_hand(picture, occluder, at(occluder.keys, since))
    faces = []
    # Whoever was drawn later is nearer.
    for actor, yaw, mesh in reversed(meshes):
        faces.append(_truth(actor, yaw, mesh, hidden))
        hidden = hidden | _filled(mesh, hidden.shape)
    return Moment(number, time, developed(picture, number), tuple(reversed(faces)))


def _filled(mesh: Floats, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return which pixels a face covers, whatever it is turned to."""
    mask = np.zeros(shape, np.uint8)
    hull = cv2.convexHull(mesh[:, :2].astype(np.float32))
    cv2.fillConvexPoly(mask, np.round(hull).astype(np.int32), 1)
    return mask > 0


def _truth(actor: Actor, yaw: float, mesh: Floats, hidden: NDArray[np.bool_]) -> FaceTruth:
    landmarks = mesh[:468]
    oval = landmarks[list(OVAL), :2]
    height, width = hidden.shape
    # On a canvas that is large enough for a face that leaves the picture.
    margin = (
        int(np.ceil(max(0.0, *(-oval.min(axis=0)), *(oval.max(axis=0) - [width, height])))) + 1
    )
    face = np.zeros((height + 2 * margin, width + 2 * margin), np.uint8)
    cv2.fillPoly(face, [np.round(oval + margin).astype(np.int32)], 1)
    seen = face[margin : margin + height, margin : margin + width] > 0
    area = max(int(face.sum()), 1)
    occluded = float((seen & hidden).sum()) / area
    turned = (yaw + 180) % 360 - 180
    return FaceTruth(actor.name, landmarks, turned, occluded, float(seen.sum()) / area)
