"""What is seen in one video, at the places where the original has its faces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.faces import MESH_POINTS, Detection, Mesh, Person
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Floats, Region
from swaddle.kernel.portraits import cut_out
from swaddle.kernel.ports import FaceDetector, FaceEmbedder, FaceLandmarker, PersonDetector
from swaddle.kernel.tables import IRIS_POINTS

from .reference import Expected

PRESENCE: Final = 0.5
"""From here on the mesh model says that there is a face: MediaPipe's default."""

SAME_FACE: Final = 0.3
"""Overlap with the original's face from which a mesh is of that face, and not of a neighbour."""

LOOK_EVERY: Final = 5
"""Frames between two looks of the detectors of faces and persons."""

DETECTION_SIDE: Final = 640
"""Longer side of the picture that the detector gets: what CenterFace was trained for."""

CELLS: Final = 48
"""Side of the picture of a face that is compared over time."""


@dataclass(frozen=True, slots=True)
class Models:
    """What looks."""

    detector: FaceDetector
    landmarker: FaceLandmarker
    people: PersonDetector
    embedder: FaceEmbedder


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One video: a row for each face that the original has in a frame."""

    track: NDArray[np.int_]
    frame: NDArray[np.int_]
    time_s: Floats
    size: Floats
    """Longer side of the original's face, in pixels."""
    meshed: NDArray[np.bool_]
    """Whether the original has a mesh there."""
    found: NDArray[np.bool_]
    """Whether this video shows a face there that takes a mesh."""
    landmarks: NDArray[np.float32]
    """(n, 468, 3); 0 where not found."""
    irises: NDArray[np.float32]
    """(n, 2, 5, 2)."""
    moved: Floats
    """Mean absolute difference of the face's picture to the frame before, in grey levels, followed
    as the original's face moves; NaN at the begin of a track."""
    moved_in_place: Floats
    """The same where the picture is not followed."""
    stirred: Floats
    """The same for the second difference, from two frames before."""
    vectors: Mapping[int, Floats]
    """By row: what the recogniser sees, (d,), where it was asked and there is a face."""
    faces: Mapping[int, Sequence[Detection]]
    """By frame, where the detector looked."""
    persons: Mapping[int, Sequence[Person]]


@dataclass(slots=True)
class Watch:
    """Looks at one video, frame by frame, and follows each face by its own mesh."""

    models: Models
    _rows: list[dict[str, Any]] = field(default_factory=list)
    _vectors: dict[int, Floats] = field(default_factory=dict)
    _faces: dict[int, Sequence[Detection]] = field(default_factory=dict)
    _persons: dict[int, Sequence[Person]] = field(default_factory=dict)
    _meshes: dict[int, tuple[int, Mesh]] = field(default_factory=dict)
    _pictures: dict[int, list[tuple[int, Floats]]] = field(default_factory=dict)
    _before: tuple[int, Frame] | None = None

    def look(self, number: int, frame: Frame, faces: Sequence[Expected]) -> None:
        """Look at the frame that stands for frame `number` of the original."""
        if number % LOOK_EVERY == 0:
            self._faces[number] = _detect(frame, self.models.detector)
            self._persons[number] = self.models.people.persons(frame)
        for face in faces:
            mesh = None if face.landmarks is None else self._follow(number, frame, face)
            moved, stirred = self._compare(number, frame, face)
            in_place = self._compare_in_place(number, frame, face)
            if mesh is not None and face.embed:
                (vector,) = self.models.embedder.embed([cut_out(frame, mesh.landmarks)])
                self._vectors[len(self._rows)] = vector
            landmarks, irises = self._closely(frame, mesh)
            self._rows.append(
                {
                    "track": face.track,
                    "frame": number,
                    "time_s": face.time_s,
                    "size": face.box.size,
                    "meshed": face.landmarks is not None,
                    "found": mesh is not None,
                    "landmarks": landmarks,
                    "irises": irises,
                    "moved": moved,
                    "moved_in_place": in_place,
                    "stirred": stirred,
                }
            )
        self._before = number, frame

    def seen(self) -> Seen:
        """Return everything that was seen."""
        columns = {name: np.array([row[name] for row in self._rows]) for name in _SHAPES}
        return Seen(
            **{n: c.reshape(len(self._rows), *_SHAPES[n]) for n, c in columns.items()},
            vectors=self._vectors,
            faces=self._faces,
            persons=self._persons,
        )

    def _follow(self, number: int, frame: Frame, face: Expected) -> Mesh | None:
        """
        Return the mesh of the face that this video shows there.

        It is followed from the frame before by itself; the original only says where to begin.
        """
        before = self._meshes.get(face.track)
        starts: list[Region] = []
        if before is not None and before[0] == number - 1:
            starts.append(before[1].region())
        assert face.landmarks is not None  # noqa: S101 - asked only for faces with a mesh
        starts.append(Mesh(face.landmarks, 1.0).region())
        for start in starts:
            mesh = self.models.landmarker.fit(frame, start)
            if mesh.presence >= PRESENCE and mesh.box.iou(face.box) >= SAME_FACE:
                self._meshes[face.track] = number, mesh
                return mesh
        return None

    def _closely(self, frame: Frame, mesh: Mesh | None) -> tuple[Floats, Floats]:
        if mesh is None:
            return _NO_MESH, _NO_IRIS
        seen, irises = self.models.landmarker.look_closer(frame, mesh)
        return seen.landmarks.astype(np.float32), irises.astype(np.float32)

    def _compare(self, number: int, frame: Frame, face: Expected) -> tuple[float, float]:
        """Return how far the face's picture differs from those of the two frames before."""
        picture = _picture(frame, face)
        kept = [(n, p) for n, p in self._pictures.get(face.track, []) if n >= number - 2]
        self._pictures[face.track] = [*kept, (number, picture)][-3:]
        numbers = [n for n, _ in kept]
        moved = stirred = float("nan")
        if numbers[-1:] == [number - 1]:
            moved = float(np.abs(picture - kept[-1][1]).mean())
        if numbers == [number - 2, number - 1]:
            stirred = float(np.abs(kept[1][1] - (picture + kept[0][1]) / 2).mean())
        return moved, stirred

    def _compare_in_place(self, number: int, frame: Frame, face: Expected) -> float:
        if self._before is None or self._before[0] != number - 1:
            return float("nan")
        return float(np.abs(_picture(frame, face) - _picture(self._before[1], face)).mean())


def _picture(frame: Frame, face: Expected) -> Floats:
    """Return the brightness of the part of a frame in which a face is: (48, 48)."""
    grey: Floats = frame.view(face.region().matrix(CELLS), CELLS, CELLS).mean(axis=2)
    return grey


_NO_MESH: Final = np.zeros((MESH_POINTS, 3), np.float32)
_NO_IRIS: Final = np.zeros((2, IRIS_POINTS, 2), np.float32)
_SHAPES: Final[Mapping[str, tuple[int, ...]]] = {
    **dict.fromkeys(("track", "frame", "time_s", "size", "meshed", "found"), ()),
    "landmarks": (MESH_POINTS, 3),
    "irises": (2, IRIS_POINTS, 2),
    **dict.fromkeys(("moved", "moved_in_place", "stirred"), ()),
}


def _detect(frame: Frame, detector: FaceDetector) -> tuple[Detection, ...]:
    """Return the faces of a frame in the pixels of the picture that the detector gets."""
    scale = DETECTION_SIDE / max(frame.width, frame.height)
    size = (max(32, round(frame.width * scale)), max(32, round(frame.height * scale)))
    return detector.detect(frame.scaled(*size))
