"""What is written down about a sighting: crop, sharpness, irises, hands, and the best portrait."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import cv2
import numpy as np

from swaddle.kernel.faces import LEFT_EYE_OUTER, NOSE_TIP, RIGHT_EYE_OUTER, Face, Mesh
from swaddle.kernel.frames import Frame, Image, to_jpeg
from swaddle.kernel.geometry import Floats, Region
from swaddle.kernel.ports import FaceLandmarker, HandLandmarker
from swaddle.kernel.tables import (
    HAND_POINTS,
    HANDS,
    IRIS_POINTS,
    NO_TRACKLET,
    OBSERVATIONS,
    Source,
)

from .cascade import MESH_PRESENCE
from .groups import Sighting

CROP_SIDE: Final = 96
"""Pixels; the face itself fills two thirds: enough to tell 48 x 48 cells of it apart."""

PORTRAIT_SIDE: Final = 320
"""Pixels; the face fills 210, more than the recogniser's 150."""

HANDS_EVERY: Final = 2
"""Hands are looked for in every second frame: between two sightings they are interpolated."""

HAND_REGION: Final = 1.3
"""Side of the part of the frame that is searched for hands, in sides of the face's region."""

SMALLEST_WITH_HANDS: Final = 48.0
"""Pixels: on smaller faces hands are a few pixels large, and the palm detector finds none."""

HANDS_IN_THE_WAY: Final = 0.1
"""Weight of a portrait with a hand before the face: only taken where there is no other."""

HAND_SCORE: Final = 0.5
"""MediaPipe's own threshold for a hand."""

CROP_QUALITY, PORTRAIT_QUALITY = 90, 95

NO_MESH: Final = np.zeros((468, 3), np.float32)


@dataclass(frozen=True, slots=True)
class Observer:
    """Turns sightings into rows of the OBSERVATIONS table."""

    landmarker: FaceLandmarker
    hands: HandLandmarker | None
    """None where nobody needs to know what is in front of a face."""

    def rows(self, sightings: Sequence[Sighting]) -> list[dict[str, Any]]:
        """Return one row for each sighting of a group; a tracklet's best one has the portrait."""
        drafts = [(s, self._row(s)) for s in sightings]
        busy = {s.frame.number for s, row in drafts if _hand_before(s.face, row)}
        best: dict[int, tuple[float, int]] = {}
        for index, (sighting, row) in enumerate(drafts):
            shown = row["meshed"] and not sighting.tail
            quality = portrait_quality(sighting.face, row["sharpness"]) if shown else 0.0
            # Hands are looked for in every second frame: the frames beside one have it too.
            if busy & set(range(sighting.frame.number - 1, sighting.frame.number + 2)):
                quality *= HANDS_IN_THE_WAY
            if quality > best.get(sighting.tracklet, (0.0, -1))[0]:
                best[sighting.tracklet] = quality, index
        for quality, index in best.values():
            sighting, row = drafts[index]
            row["quality"] = quality
            row["portrait"] = to_jpeg(
                _view(sighting.frame, sighting.face.region(), PORTRAIT_SIDE), PORTRAIT_QUALITY
            )
        return [row for _, row in drafts]

    def _row(self, sighting: Sighting) -> dict[str, Any]:
        face, frame = sighting.face, sighting.frame
        region = face.region()
        crop = _view(frame, region, CROP_SIDE)
        points, scores = self._hands(frame, face)
        mesh, irises = self._closely(frame, face.mesh)
        return {
            "frame": frame.number,
            "tracklet": sighting.tracklet,
            "tail": sighting.tail,
            "source": Source.DETECTED if sighting.detected else Source.TRACKED,
            "score": face.score,
            "presence": 0.0 if mesh is None else mesh.presence,
            "quality": 0.0,
            "box": face.box.array(),
            "meshed": mesh is not None,
            "landmarks": NO_MESH if mesh is None else mesh.landmarks,
            "irises": irises,
            "sharpness": sharpness(crop),
            "crop": b"" if mesh is None else to_jpeg(crop, CROP_QUALITY),
            "region": np.array([region.cx, region.cy, region.size, region.angle], np.float32),
            "portrait": b"",
            "hands": points,
            "hand_scores": scores,
        }

    def _closely(self, frame: Frame, mesh: Mesh | None) -> tuple[Mesh | None, Floats]:
        """
        Return the mesh as a closer look shows it, and the irises.

        None where that sees no face there: what it would say of lips and eyes is invented, and a
        face without a mesh is covered.
        """
        if mesh is not None:
            closer, irises = self.landmarker.look_closer(frame, mesh)
            if closer.presence >= MESH_PRESENCE:
                return closer, irises
        return None, np.zeros((2, IRIS_POINTS, 2), np.float32)

    def _hands(self, frame: Frame, face: Face) -> tuple[Floats, Floats]:
        points = np.zeros((HANDS, HAND_POINTS, 2), np.float32)
        scores = np.zeros(HANDS, np.float32)
        wanted = frame.number % HANDS_EVERY == 0 and face.box.size >= SMALLEST_WITH_HANDS
        if self.hands is None or face.mesh is None or not wanted:
            return points, scores
        # Upright: the palm detector knows hands in every direction, arms mostly from below.
        region = face.region()
        around = replace(region, size=region.size * HAND_REGION, angle=0.0)
        for index, hand in enumerate(self.hands.hands(frame, around)):
            points[index], scores[index] = hand.points, hand.score
        return points, scores


def _hand_before(face: Face, row: Mapping[str, Any]) -> bool:
    """Return whether a point of a hand lies in the face's box."""
    box = face.box
    for points, score in zip(row["hands"], row["hand_scores"], strict=True):
        x, y = points[:, 0], points[:, 1]
        inside = (x > box.x0) & (x < box.x1) & (y > box.y0) & (y < box.y1)
        if score >= HAND_SCORE and inside.any():
            return True
    return False


def portrait_quality(face: Face, sharp: float) -> float:
    """Return how well a picture shows a person: 0 without a mesh, larger is better."""
    if face.mesh is None:
        return 0.0
    points = face.mesh.landmarks[:, :2]
    left = float(np.linalg.norm(points[NOSE_TIP] - points[LEFT_EYE_OUTER]))
    right = float(np.linalg.norm(points[NOSE_TIP] - points[RIGHT_EYE_OUTER]))
    frontal = min(left, right) / max(left, right, 1e-6)
    return face.presence * frontal * min(face.box.size, 200.0) * min(sharp, 30.0)


def sharpness(crop: Image) -> float:
    """Return the standard deviation of the Laplacian of the luma of a crop."""
    luma = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    return float(cv2.Laplacian(luma, cv2.CV_32F).std())


def new_scene(frame: int) -> dict[str, Any]:
    """Return the row that says that a scene begins: it belongs to no tracklet."""
    row: dict[str, Any] = dict.fromkeys(OBSERVATIONS, 0)
    return row | {"frame": frame, "tracklet": NO_TRACKLET, "crop": b"", "portrait": b""}


def sort_rows(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return rows in the order of frames, then tracklets: the order they are stored in."""
    return sorted(rows, key=lambda row: (row["frame"], row["tracklet"]))


def _view(frame: Frame, region: Region, side: int) -> Image:
    return frame.view(region.matrix(side), side, side)
