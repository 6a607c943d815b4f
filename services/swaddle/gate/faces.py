"""
Faces that detectors see in the finished file, where nothing was rendered.

MediaPipe's full-range detector looks at every frame, dlib's HOG detector at samples; neither took
part in finding the faces in the first place. What they see outside the rendered regions gets a
second look, at full resolution: patterned cloth, knees and the backs of heads score as high as
faces do in a small picture.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from swaddle.kernel.faces import LEFT_EYE_OUTER, RIGHT_EYE_OUTER, Detection
from swaddle.kernel.findings import FindingKind, Suspicion
from swaddle.kernel.frames import Frame, Image, Patch
from swaddle.kernel.geometry import Box, Floats, Region
from swaddle.kernel.ports import FaceDetector, FaceLandmarker

LOOK_SIDE: Final = 192
"""Longer side of the picture that the gate's detector gets: what it looks at itself."""

INSIDE: Final = 0.5
"""Share of the smaller of a detected box and a rendered region that must lie in the other."""

SURE_SCORE: Final = 0.7
SURE_PRESENCE: Final = 0.5
"""CenterFace and the mesh agree: real faces of the clips have at least 0.7 and 0.9."""

LIKELY_SCORE: Final = 0.7
LIKELY_PRESENCE: Final = 0.8
"""One of them says so: hands and knees of the newborn do in one frame of a hundred, so
neighbouring frames have to agree."""

SHARED: Final = 0.3
"""Share of the smaller of a mesh and a rendered region from which they may be the same face."""

CORE: Final = 1 / 1.3
"""Share of a rendered region that is surely head: a cover's is grown by so much (DESIGN 6)."""

GREY: Final = 128.0

SECOND_LOOK_SIDE: Final = 160

LISTED_FROM: Final = 0.1
"""What the second look's detector has to say to be listed at all: far below what decides."""

ALL_TURNS: Final = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What two models that work on crops say of a place."""

    score: float
    """CenterFace's best score in four rotations."""
    presence: float
    """The mesh's best presence in eight rotations."""

    @property
    def sure(self) -> bool:
        """Whether this is a face."""
        return self.score >= SURE_SCORE and self.presence >= SURE_PRESENCE

    @property
    def likely(self) -> bool:
        """Whether this may be a face."""
        return self.sure or self.score >= LIKELY_SCORE or self.presence >= LIKELY_PRESENCE


@dataclass(frozen=True, slots=True)
class Watcher:
    """Looks at frames of the finished file."""

    quick: FaceDetector
    """Sees every frame."""
    slow: FaceDetector
    """Sees samples."""
    close: FaceDetector
    """Takes the second look."""
    landmarker: FaceLandmarker

    def faces(
        self, frame: Frame, turns: Iterable[int], *, sampled: bool
    ) -> Iterator[tuple[str, Detection]]:
        """
        Yield every face, with the detector's name, in frame pixels.

        `turns`: by how many quarter turns the picture is turned clockwise for each look.
        """
        scale = LOOK_SIDE / max(frame.width, frame.height)
        size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
        small = frame.scaled(*size)
        for turn in turns:
            for found in self.quick.detect(turned(small, turn)):
                yield self.quick.name, _back(found, turn, size, frame)
        if sampled:
            for found in self.slow.detect(frame.bgr()):
                yield self.slow.name, found

    def suspicion(
        self, frame: Frame, name: str, face: Detection, rendered: Sequence[Box]
    ) -> Suspicion | None:
        """Return what is wrong with a face, or None where it lies in what was rendered."""
        if _covered(face.box, rendered):
            return None
        second = self.second_look(frame, face.box, rendered)
        if not second.likely:
            return None
        return Suspicion(
            kind=FindingKind.FACE,
            frame=frame.number,
            x0=face.box.x0,
            y0=face.box.y0,
            x1=face.box.x1,
            y1=face.box.y1,
            score=round(max(second.score, second.presence), 3),
            threshold=LIKELY_SCORE,
            detector=name,
            sure=second.sure,
        )

    def second_look(self, frame: Frame, box: Box, rendered: Sequence[Box] = ()) -> SecondLook:
        """Look at a place closely, in all rotations, for faces that were not rendered."""
        cx, cy = box.center
        side = SECOND_LOOK_SIDE
        place = Region(cx, cy, 2.2 * box.size)
        view = frame.view(place.matrix(side), side, side)
        scores = [
            found.score
            for turn in range(4)
            for found in self.close.detect(turned(view, turn))
            if not _covered(_in_frame(_upright(found.box, turn, (side, side)), place), rendered)
        ]
        # Between two heads a mesh is as sure of itself as on a face: of what is half of each.
        unknown = _without(frame, rendered)
        meshes = [
            self.landmarker.fit(unknown, Region(cx, cy, 1.6 * box.size, k * np.pi / 4))
            for k in range(8)
        ]
        presences = [
            mesh.presence
            for mesh in meshes
            # A mesh that is led to a place without a face stretches towards the next one.
            if not _overlaps(mesh.box, rendered)
        ]
        return SecondLook(max(scores, default=0.0), max(presences, default=0.0))


def _without(frame: Frame, rendered: Sequence[Box]) -> Frame:
    """Return the frame with a grey ellipse in the place of every rendered head."""
    return frame.painted(_ellipse(box.grown(CORE)) for box in rendered)


def _ellipse(box: Box) -> Patch:
    x0, y0 = int(np.floor(box.x0)), int(np.floor(box.y0))
    y, x = np.ogrid[y0 : int(np.ceil(box.y1)), x0 : int(np.ceil(box.x1))]
    (cx, cy), width, height = box.center, max(box.width, 1.0), max(box.height, 1.0)
    inside = ((x + 0.5 - cx) / width) ** 2 + ((y + 0.5 - cy) / height) ** 2 < 1 / 4
    alpha = inside.astype(np.float32)
    return Patch(x0, y0, np.full((*alpha.shape, 3), GREY, np.float32), alpha)


def turns(number: int, known: Sequence[Floats]) -> tuple[int, ...]:
    """
    Return in which rotations a frame is looked at.

    `known`: landmarks (468, 3) of the tracked faces. Upright, as the known heads lie, and one of
    the others in turn; all of them where no head is known.
    """
    if not known:
        return ALL_TURNS
    return tuple(sorted({0, 1 + number % 3} | {_lying(landmarks) for landmarks in known}))


def _lying(landmarks: Floats) -> int:
    """Return how many quarter turns clockwise set a head upright."""
    across = landmarks[RIGHT_EYE_OUTER, :2] - landmarks[LEFT_EYE_OUTER, :2]
    return round(-float(np.arctan2(across[1], across[0])) / (np.pi / 2)) % 4


def turned(image: Image, turn: int) -> Image:
    """Return a picture turned clockwise by quarter turns."""
    codes = {1: cv2.ROTATE_90_CLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_COUNTERCLOCKWISE}
    return cv2.rotate(image, codes[turn]) if turn else image


def _overlaps(box: Box, rendered: Sequence[Box]) -> bool:
    """Return whether a box shares a good part with a rendered region."""
    return any(box.intersection(r) > SHARED * min(box.area, r.area) for r in rendered)


def _covered(box: Box, rendered: Sequence[Box]) -> bool:
    """
    Return whether a box and one rendered region mean the same place.

    Detectors disagree about how much of a head belongs to a face: the smaller of the two has to
    lie in the larger one, and their middles have to be near each other.
    """
    for region in rendered:
        smaller, larger = sorted((box, region), key=lambda b: b.area)
        dx, dy = (a - b for a, b in zip(box.center, region.center, strict=True))
        near = max(abs(dx), abs(dy)) < INSIDE * larger.size
        if near and smaller.intersection(larger) >= INSIDE * smaller.area:
            return True
    return False


def _in_frame(box: Box, place: Region) -> Box:
    """Map a box of an upright view to the frame."""
    unit = place.size / SECOND_LOOK_SIDE
    x0, y0 = place.cx - place.size / 2, place.cy - place.size / 2
    return Box(x0 + box.x0 * unit, y0 + box.y0 * unit, x0 + box.x1 * unit, y0 + box.y1 * unit)


def _back(found: Detection, turn: int, size: tuple[int, int], frame: Frame) -> Detection:
    """Map a detection in a turned small picture to the frame."""
    box = _upright(found.box, turn, size)
    fx, fy = frame.width / size[0], frame.height / size[1]
    upright = Box(box.x0 * fx, box.y0 * fy, box.x1 * fx, box.y1 * fy)
    return Detection(upright, found.score, found.points)


def _upright(box: Box, turn: int, size: tuple[int, int]) -> Box:
    """Turn a box back that was found in a picture of this size after so many quarter turns."""
    width, height = size
    corners = {
        0: (box.x0, box.y0, box.x1, box.y1),
        1: (box.y0, height - box.x1, box.y1, height - box.x0),
        2: (width - box.x1, height - box.y1, width - box.x0, height - box.y0),
        3: (width - box.y1, box.x0, width - box.y0, box.x1),
    }
    return Box(*corners[turn])
