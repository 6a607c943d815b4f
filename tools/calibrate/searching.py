"""Detection: what is taken for a face, where a mesh holds, what is one face."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from swaddle import bootstrap
from swaddle.detection.cascade import MESH_PRESENCE, Cascade
from swaddle.kernel.faces import Detection, Face, Mesh
from swaddle.kernel.frames import Frame, still
from swaddle.kernel.geometry import Box, Region
from swaddle.kernel.ports import FaceLandmarker

from . import material
from .measuring import Bench, Measurement, Sides
from .operating import Acts

LISTED_FROM: Final = 0.05
"""Far below every threshold: what scores less is not looked at."""

SAME: Final = 0.3
"""Intersection over union from which a detection means the face that is there, as in tools/recall."""

TURNS: Final = 8
"""Directions in which a mesh is tried, as in the search itself."""

PORTRAIT_EVERY: Final = 5
EVERY: Final = 24
"""Frames of a scene of which one is looked at: those between are much alike."""


@dataclass(frozen=True, slots=True)
class Listening(Cascade):
    """A search that says everything its detector says, before anything is dropped."""

    heard: list[Detection] = field(default_factory=list)

    def meshed(self, frame: Frame, detections: Iterable[Detection]) -> tuple[Face, ...]:
        """Remember the detections."""
        del frame
        self.heard[:] = detections
        return ()


def listening(bench: Bench) -> Listening:
    """Return a search that hears nearly everything."""
    detector = bootstrap.face_detector(bench.settings, LISTED_FROM)
    return Listening(detector, bootstrap.face_landmarker(bench.settings))


def settled(landmarker: FaceLandmarker, frame: Frame, region: Region) -> Mesh:
    """Return the surest mesh about a place, in eight directions, fitted twice."""
    turned = (
        Region(region.cx, region.cy, region.size, region.angle + k * 2 * np.pi / TURNS)
        for k in range(TURNS)
    )
    first = max((landmarker.fit(frame, r) for r in turned), key=lambda mesh: mesh.presence)
    again = landmarker.fit(frame, first.region())
    return again if again.presence > first.presence else first


@dataclass(slots=True)
class Search:
    """What the search hears of faces, and where nobody is."""

    cascade: Listening
    score: Sides
    presence: Sides
    bare: Sides
    wandered: Sides
    same: Sides

    @classmethod
    def of(cls, bench: Bench) -> "Search":
        """Return it with nothing heard."""
        face, nobody = "faces", "detections and places where nobody is"
        return cls(
            listening(bench),
            Sides(
                "adapters.onnx.centerface.THRESHOLD",
                Acts.FROM,
                "CenterFace's best score",
                face,
                "pictures, where nobody is",
            ),
            Sides("detection.cascade.MESH_PRESENCE", Acts.FROM, "presence", face, nobody),
            Sides(
                "detection.cascade.BARE_SCORE",
                Acts.FROM,
                "CenterFace's score",
                "faces on which no mesh fits",
                "pictures, detections where nobody is and no mesh fits",
            ),
            Sides(
                "detection.cascade.WANDERED_BELOW",
                Acts.FROM,
                "intersection over union of a mesh with its detection",
                "faces",
                "meshes where nobody is",
            ),
            Sides(
                "detection.cascade.SAME_FACE",
                Acts.BELOW,
                "intersection over union of two detections",
                "detections of two faces",
                "detections of one face",
            ),
        )

    def look(self, name: str, frame: Frame, faces: list[Box]) -> None:
        """Search one frame whose faces are all known."""
        self.cascade.search(frame, thorough=True)
        heard = list(self.cascade.heard)
        for number, truth in enumerate(faces):
            mine = [d for d in heard if d.box.iou(truth) >= SAME]
            self.face(f"{name} {number}", frame, mine)
        strange = [d for d in heard if all(d.box.intersection(f) == 0 for f in faces)]
        self.score.spare(max((d.score for d in strange), default=0.0), name)
        self._nobody(name, frame, strange, faces)
        self._pairs(name, faces, heard)

    def face(self, name: str, frame: Frame, mine: list[Detection]) -> None:
        """Take what was heard of one face."""
        best = max(mine, key=lambda d: d.score, default=None)
        self.score.guard(0.0 if best is None else best.score, name)
        if best is None:
            return
        mesh = settled(self.cascade.landmarker, frame, best.region())
        self.presence.guard(mesh.presence, name)
        if mesh.presence < MESH_PRESENCE:
            self.bare.guard(best.score, name)
        else:
            self.wandered.guard(mesh.box.iou(best.box), name)

    def _nobody(self, name: str, frame: Frame, strange: list[Detection], faces: list[Box]) -> None:
        bare = 0.0
        for found in strange:
            mesh = settled(self.cascade.landmarker, frame, found.region())
            self.presence.spare(mesh.presence, name)
            if mesh.presence < MESH_PRESENCE:
                bare = max(bare, found.score)
            else:
                self.wandered.spare(mesh.box.iou(found.box), name)
        self.bare.spare(bare, name)
        size = faces[0].size if faces else frame.height / 4
        for place in material.elsewhere(frame, [f.grown(2) for f in faces], size, frame.height):
            cx, cy = place.center
            mesh = settled(self.cascade.landmarker, frame, Region(cx, cy, 1.5 * size))
            self.presence.spare(mesh.presence, name)

    def _pairs(self, name: str, faces: list[Box], heard: list[Detection]) -> None:
        whose = [_nearest(d.box, faces) for d in heard]
        for i, one in enumerate(heard):
            for j, other in enumerate(heard[:i]):
                if whose[i] is None or whose[j] is None:
                    continue
                side = self.same.spare if whose[i] == whose[j] else self.same.guard
                side(one.box.iou(other.box), name)


def _nearest(box: Box, faces: list[Box]) -> int | None:
    overlaps = [box.iou(face) for face in faces]
    if not overlaps or max(overlaps) < SAME:
        return None
    return int(np.argmax(overlaps))


def measure(bench: Bench) -> Iterator[Measurement]:
    """Look at rendered people, at scenes and at held-out faces."""
    search = Search.of(bench)
    rendered = material.rendered()
    for shown in material.people(bench, rendered, material.within_reach):
        search.look(shown.name, shown.frame, [shown.truth.box])
    plain = material.Counted("named scenes (services/swaddle/scenes)", "frames")
    for name, moment in material.scenes(plain, every=EVERY):
        faces = [face for face in moment.faces if abs(face.yaw) < material.BEHIND]
        if all(material.plain(face) for face in faces):
            boxes = [face.box for face in faces]
            search.look(f"{name} {moment.number}", still(moment.picture), boxes)
    portraits = material.Counted("held-out synthetic faces", "pictures")
    for picture, frame in material.held_out(bench, portraits, every=PORTRAIT_EVERY):
        search.cascade.search(frame, thorough=False)
        search.face(picture.name, frame, _in_the_middle(search.cascade.heard, frame))
    data = (rendered.data, plain.data, portraits.data)
    for side in (search.score, search.presence, search.bare, search.wandered, search.same):
        yield side.done(*data)


def _in_the_middle(heard: list[Detection], frame: Frame) -> list[Detection]:
    """Return what was heard of the face of a portrait."""
    x, y = frame.width / 2, frame.height / 2
    return [d for d in heard if d.box.x0 < x < d.box.x1 and d.box.y0 < y < d.box.y1]
