"""What detection, generation and swapping do with one picture: for internal requests."""

import base64
import binascii
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from swaddle import bootstrap
from swaddle.detection.cascade import Cascade
from swaddle.kernel.errors import Misused
from swaddle.kernel.faces import AgeGroup, Face, Mesh
from swaddle.kernel.frames import Frame, Image, still
from swaddle.kernel.plan import IdentityPlan
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import pose, unwrap, with_forehead
from swaddle.linking.reference import logs_of, skin_of
from swaddle.settings import Settings
from swaddle.swapping.engines import tried
from swaddle.swapping.hiding import cover
from swaddle.swapping.lenses import veils
from swaddle.swapping.ports import FaceSwapper, FaceToSwap, SwapRequest

PICTURE_BYTES: Final = 6_000_000
"""Of an encoded picture: a frame of 2160p as JPEG, with room."""

PIXELS: Final = 3840 * 2160

SURE: Final = 0.9
"""Presence from which a mesh is followed in videos as well (`detection.following`)."""

HEAD: Final = 1.3
"""Size of the head that is covered, in faces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceSeen:
    """A face in a picture, without anything that tells whose it is."""

    x0: float
    y0: float
    x1: float
    y1: float
    presence: float

    @classmethod
    def of(cls, face: Face) -> "FaceSeen":
        """Leave the landmarks out: those of a real face are biometric data."""
        box = face.box
        return cls(x0=box.x0, y0=box.y0, x1=box.x1, y1=box.y1, presence=face.presence)


def read_picture(encoded: str) -> Frame:
    """Decode a PNG or JPEG in base64; raises Misused."""
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Misused("The picture is not in base64.") from error
    if len(content) > PICTURE_BYTES:
        raise Misused(f"The picture is larger than {PICTURE_BYTES} bytes.")
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise Misused("The picture is neither PNG nor JPEG.")
    if picture.shape[0] * picture.shape[1] > PIXELS:
        raise Misused(f"The picture has more than {PIXELS} pixels.")
    return still(picture)


def write_picture(picture: Image) -> str:
    """Encode as PNG in base64."""
    _, content = cv2.imencode(".png", picture)
    return base64.b64encode(content.tobytes()).decode()


@dataclass(frozen=True, slots=True)
class Stills:
    """The models that single pictures need."""

    cascade: Cascade
    settings: Settings

    @classmethod
    def open(cls, settings: Settings) -> "Stills":
        """Load them; what the stage of this process loaded is shared."""
        cascade = Cascade(bootstrap.face_detector(settings), bootstrap.face_landmarker(settings))
        return cls(cascade, settings)

    def faces(self, frame: Frame) -> tuple[Face, ...]:
        """Return every face of a picture."""
        return self.cascade.search(frame, thorough=True)

    def swapped(
        self, frame: Frame, identity: IdentityPlan, group: AgeGroup, swapper: FaceSwapper
    ) -> tuple[Image, int, int]:
        """
        Return the picture with every face replaced, and how many were swapped and covered.

        What cannot be swapped well is covered, as in a video.
        """
        swaps, covers = 0, 0
        for face in self.faces(frame):
            swapped = self._swap(frame, face, identity, group, swapper)
            if swapped is None:
                covers += 1
                patch = cover(frame, face.box.grown(HEAD))
                frame = frame if patch is None else frame.painted([patch])
            else:
                swaps += 1
                frame = swapped
        return frame.bgr(), swaps, covers

    def _swap(
        self,
        frame: Frame,
        face: Face,
        identity: IdentityPlan,
        group: AgeGroup,
        swapper: FaceSwapper,
    ) -> Frame | None:
        """Return the picture with the synthetic face; None where it cannot be swapped."""
        known = None if face.mesh is None else self._known(frame, face.mesh)
        if known is None:
            return None
        shown, lenses = known
        (swapped,) = tried(swapper, [SwapRequest(frame, shown, identity, group)])
        if swapped is None:
            return None
        painted = frame.painted([swapped.patch])
        return painted.painted(veils(painted, (shown.landmarks, swapped.landmarks), lenses))

    def _known(self, frame: Frame, mesh: Mesh) -> tuple[FaceToSwap, Image] | None:
        """
        Return what a swap needs, and where dark glasses are, (48, 48).

        None where a mesh is not sure, or not on a closer look.
        """
        mesh, irises = bootstrap.face_landmarker(self.settings).look_closer(frame, mesh)
        if mesh.presence < SURE:
            return None
        points = with_forehead(mesh.landmarks, pose(mesh.landmarks))
        skin = skin_of(logs_of(unwrap(frame.bgr(), points, TEXTURE_CELLS)))
        known = FaceToSwap(
            landmarks=mesh.landmarks,
            irises=irises,
            occlusion=skin.stays,
            shape=pose(mesh.landmarks)(mesh.landmarks),
            contrast=skin.contrast,
        )
        return known, skin.lenses
