"""Portraits of people who do not exist, and models that see in a picture what they are told to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from swaddle.identity.ports import Portrait
from swaddle.kernel.faces import Detection, Mesh
from swaddle.kernel.frames import Frame, Image, still
from swaddle.kernel.geometry import Box, Floats, Region
from swaddle.kernel.portraits import cut_out
from swaddle.kernel.texture_space import pose
from tests.made.faces import NOTHING_HIDES
from tests.unit.scenes.people import key, picture_of, somebody


@cache
def sitter(yaw: float = 0.0, number: int = 5) -> Portrait:
    """Return a portrait as the identity service gets it, (320, 320), with the truth about it."""
    actor = somebody(key(yaw=yaw), seed=bytes([number]) * 32)
    moment = picture_of(actor, size=(480, 480))
    picture, landmarks = cut_out(still(moment.picture), moment.faces[0].landmarks)
    placed = landmarks.astype(np.float64)
    return Portrait(picture, landmarks, pose(placed)(placed), np.full(3, 0.1), NOTHING_HIDES)


@dataclass
class Onlooker:
    """Detector and landmarker in one: what they say can be changed for the next picture."""

    score: float = 0.9
    presence: float = 0.99
    shift: float = 0.0
    """Pixels by which the face is found beside where it was."""
    moved: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Points of the mesh that are found elsewhere, in made pictures alone."""
    real: Image | None = None
    """The picture in which everything is where it is."""
    name: str = "onlooker"

    def detect(self, image: Image) -> tuple[Detection, ...]:
        box = Box.around(sitter().landmarks)
        moved = Box(box.x0 + self.shift, box.y0, box.x1 + self.shift, box.y1)
        return (Detection(moved, self.score, np.zeros((5, 2))),)

    def detect_each(self, images: Sequence[Image]) -> Sequence[tuple[Detection, ...]]:
        return [self.detect(image) for image in images]

    def fit(self, frame: Frame, region: Region) -> Mesh:
        landmarks = sitter().landmarks.astype(np.float64).copy()
        if self.real is None or not np.array_equal(frame.bgr(), still(self.real).bgr()):
            for index, by in self.moved.items():
                landmarks[index, :2] += by
        return Mesh(landmarks, self.presence)

    def look_closer(self, frame: Frame, mesh: Mesh) -> tuple[Mesh, Floats]:
        del frame
        return mesh, np.zeros((2, 5, 2))
