"""Two people who pass each other, everything that is known of them, and engines that fail."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final

import numpy as np

from swaddle.adapters.appearance.face_swapper import AppearanceFaceSwapper
from swaddle.adapters.appearance.looks_source import AppearanceLooksSource
from swaddle.adapters.appearance.people import draw
from swaddle.kernel.detail import background_correlation, compare_face, exposed
from swaddle.kernel.errors import SwaddleError
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import Frame, still
from swaddle.kernel.plan import IdentityPlan, Plan
from swaddle.kernel.tables import TEXTURE_CELLS, TRACKS
from swaddle.kernel.texture_space import pose, skin_contrast, unwrap, with_forehead
from swaddle.linking.reference import FLOOR
from swaddle.scenes.rendering import FaceTruth, Moment, render
from swaddle.scenes.scene import Actor, HeadKey, Scene, Shot
from swaddle.swapping.engines import Engines
from swaddle.swapping.ports import FaceSwapper, FaceToSwap, SwappedFace, SwapRequest
from swaddle.swapping.rendering import Region, Renderer, Row

FRAMES: Final = 8
NAMES: Final = ("behind", "before")
LUMA: Final = np.array([0.114, 0.587, 0.299])
"""BT.601, for BGR."""


def _actor(name: str, seed: int, *places: float, size: float) -> Actor:
    keys = tuple(
        HeadKey(time=time, x=x, y=0.45, size=size)
        for time, x in zip((0.0, FRAMES / 25), places, strict=True)
    )
    return Actor(name=name, seed=bytes([seed]) * 32, group=AgeGroup.ADULT, keys=keys)


PASSING: Final = Scene(
    name="passing",
    shots=(
        Shot(
            seconds=FRAMES / 25,
            actors=(
                _actor("behind", 11, 0.3, 0.6, size=0.4),
                _actor("before", 2, 0.7, 0.4, size=0.5),
            ),
        ),
    ),
    width=320,
    height=180,
)


@cache
def moments() -> tuple[Moment, ...]:
    return tuple(render(PASSING, AppearanceLooksSource()))


@cache
def frames() -> tuple[Frame, ...]:
    """Return the scene as a decoder gives it, but in full colour."""
    return tuple(replace(still(m.picture), number=m.number) for m in moments())


def row(track: int, frame: Frame, face: FaceTruth) -> Row:
    """Return a row of TRACKS."""
    empty: dict[str, Any] = {
        name: np.zeros(shape, kind) for name, (kind, shape) in TRACKS.items() if kind != "O"
    }
    landmarks = face.landmarks.astype(np.float32)
    points = with_forehead(face.landmarks, pose(face.landmarks))
    texture = np.asarray(unwrap(frame.bgr(), points, TEXTURE_CELLS), np.float64)
    return empty | {
        "frame": frame.number,
        "track": track,
        "box": face.box.array(),
        "head": face.box.grown(1.3).array(),
        "meshed": np.True_,
        "landmarks": landmarks,
        "shape": pose(face.landmarks)(face.landmarks).astype(np.float32),
        "contrast": skin_contrast(np.log(texture + FLOOR) @ LUMA).astype(np.float32),
    }


def window(first: int = 0, last: int = FRAMES) -> list[tuple[Frame, list[Row]]]:
    """Return frames with the faces in them."""
    return [
        (frame, [row(track, frame, face) for track, face in enumerate(moment.faces)])
        for frame, moment in zip(frames()[first:last], moments()[first:last], strict=True)
    ]


def person(seed: int) -> IdentityPlan:
    """Return somebody of the face space."""
    return draw(bytes([seed]) * 32, AgeGroup.ADULT, 0)


def pictured(seed: int) -> IdentityPlan:
    """Return somebody whom the face space does not know."""
    return IdentityPlan(identity_id=f"{seed:016x}", attempt=0, engine="another")


def plan(*subjects: dict[str, Any], **rest: Any) -> Plan:  # noqa: ANN401 - of any field
    """Return a plan: one subject for each track, synthetic unless it says otherwise."""
    span = {"first_frame": 0, "last_frame": FRAMES - 1, "action": "swap"}
    about = {"video_id": "v1", "frames": FRAMES, "width": 320, "height": 180, "work": ""}
    return Plan.model_validate(
        {
            **about,
            "tables": [],
            "subjects": [
                {
                    "subject_id": NAMES[number],
                    "age_group": "adult",
                    "method": "synthetic",
                    "tracks": [{"track_id": f"t{number + 1:04}", "spans": [span]}],
                    **subject,
                }
                for number, subject in enumerate(subjects)
            ],
            **rest,
        }
    )


@dataclass(slots=True)
class FailingFaceSwapper:
    """The appearance engine, which fails on some faces: raises, or gives none."""

    every: int
    error: SwaddleError | None = None
    fingerprint: str = "failing/1"
    asked: list[int] = field(default_factory=list)
    """How many faces came at once, each time."""
    swapper: FaceSwapper = field(default_factory=AppearanceFaceSwapper)

    def swap(
        self, frame: Frame, face: FaceToSwap, identity: IdentityPlan, group: AgeGroup
    ) -> SwappedFace | None:
        if frame.number % self.every == 0:
            if self.error is not None:
                raise self.error
            return None
        return self.swapper.swap(frame, face, identity, group)

    def swap_each(self, requests: Sequence[SwapRequest]) -> Sequence[SwappedFace | None]:
        self.asked.append(len(requests))
        return [self.swap(r.frame, r.face, r.identity, r.group) for r in requests]


@dataclass(slots=True)
class Overflowing(FailingFaceSwapper):
    """An engine whose numbers overflow, in one part of what it gives."""

    every: int = 100
    part: str = "bgr"

    def swap_each(self, requests: Sequence[SwapRequest]) -> Sequence[SwappedFace | None]:
        return [self._overflown(r) for r in requests]

    def _overflown(self, asked: SwapRequest) -> SwappedFace | None:
        found = self.swapper.swap(asked.frame, asked.face, asked.identity, asked.group)
        assert found is not None
        broken = np.full_like(getattr(found.patch, self.part), np.nan)
        return replace(found, patch=replace(found.patch, **{self.part: broken}))


def engines(own: FaceSwapper, **others: FaceSwapper) -> Engines:
    """Return the run's own engine, others by URL, and the true stand-in."""

    def find(url: str | None) -> FaceSwapper:
        return own if url is None else others[url]

    return Engines(find, AppearanceFaceSwapper())


def rendered(
    wanted: Plan, using: Engines, size: int = 1, faces: Sequence[tuple[Frame, Sequence[Row]]] = ()
) -> tuple[list[Frame], list[Region]]:
    """Return all frames and what was done, rendered in windows of this size."""
    renderer = Renderer(wanted, using)
    todo = list(faces or window())
    pairs = [
        pair
        for first in range(0, len(todo), size)
        for pair in renderer.render(todo[first : first + size])
    ]
    return [frame for frame, _ in pairs], [region for _, regions in pairs for region in regions]


def alike(one: Sequence[Frame], other: Sequence[Frame]) -> bool:
    """Tell whether all samples of all frames are equal."""
    return all(
        np.array_equal(a, b)
        for frame, again in zip(one, other, strict=True)
        for a, b in zip(frame.planes, again.planes, strict=True)
    )


def bare(output: Sequence[Frame], regions: Sequence[Region] = ()) -> list[tuple[int, str]]:
    """
    Return the faces that carry the fine detail of the original, by the gate's own measure.

    A swapped face is compared where the synthetic one is, any other where the real one was.
    """
    known = {(r.frame, r.track): r.landmarks for r in regions if r.landmarks is not None}
    hidden = np.zeros((TEXTURE_CELLS, TEXTURE_CELLS), np.uint8)
    found = []
    for frame, shown, moment in zip(frames(), output, moments(), strict=True):
        faces = [face.box.grown(1.5) for face in moment.faces]
        level = background_correlation(frame, shown, faces) or 1.0
        for track, face in enumerate(moment.faces):
            where = known.get((frame.number, track), face.landmarks)
            sample = compare_face(frame, shown, where, hidden, level)
            if sample is not None and exposed(sample, level):
                found.append((moment.number, face.name))
    return found
