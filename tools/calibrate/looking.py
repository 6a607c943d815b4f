"""The gate: what a second look says of faces, of what looks like one, and of the backs of heads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from swaddle import bootstrap
from swaddle.gate.faces import (
    LIKELY_PRESENCE,
    LIKELY_SCORE,
    SURE_PRESENCE,
    SURE_SCORE,
    SecondLook,
    Watcher,
)
from swaddle.gate.persons import FACE_PRESENCE, FACE_SCORE
from swaddle.kernel.frames import Frame, still
from swaddle.kernel.geometry import Box
from swaddle.scenes.rendering import FaceTruth
from swaddle.settings import Settings

from . import material
from .measuring import Bench, Measurement, Sides
from .operating import Acts

EVERY: Final = 6
"""Frames of the infant clip, and of a scene, of which one is looked at."""

GROWN: Final = 1.6
"""By how much the newborn's box is grown before what lies outside of it is nobody."""

SURE_OF_THE_NEWBORN: Final = 0.5

PORTRAIT_EVERY: Final = 2
MIDDLE: Final = 0.6
"""Share of a portrait that its face fills, where no detector says so."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was said of one place."""

    unit: str
    look: SecondLook
    face: bool


@dataclass(slots=True)
class Heads:
    """What was said of the heads of bodies."""

    looks: list[Seen] = field(default_factory=list)
    visibility: list[tuple[bool, float, str]] = field(default_factory=list)


def measure(bench: Bench) -> Iterator[Measurement]:
    """Take second looks at faces, at what the gate's detector finds elsewhere, and at heads."""
    watcher = bootstrap.watcher(bench.settings)
    rendered = material.rendered()
    seen: list[Seen] = []
    for shown in material.people(bench, rendered, material.within_reach):
        seen += _looked(watcher, shown.name, shown.frame, [shown.truth.box])
    portraits = material.Counted("held-out synthetic faces", "pictures")
    for picture, frame in material.held_out(bench, portraits, every=PORTRAIT_EVERY):
        found = watcher.close.detect(frame.bgr())
        box = found[0].box if found else Box(0, 0, frame.width, frame.height).grown(MIDDLE)
        seen.append(Seen(picture.name, watcher.second_look(frame, box), face=True))
    infant = bench.shared / "data/videos" / material.INFANT
    seen += _newborn(bench.settings, watcher, infant)
    heads, turned = _heads(bench, watcher)
    clip = material.file_data(infant, f"every {EVERY}th frame, away from the newborn")
    for sides in _faces(seen):
        yield sides.done(rendered.data, portraits.data, clip)
    for sides in _persons(heads):
        yield sides.done(turned.data)


def _looked(watcher: Watcher, name: str, frame: Frame, faces: Sequence[Box]) -> Iterator[Seen]:
    for number, face in enumerate(faces):
        yield Seen(f"{name} {number}", watcher.second_look(frame, face), face=True)
    yield from _nobody(watcher, name, frame, [face.grown(GROWN) for face in faces])


def _nobody(watcher: Watcher, name: str, frame: Frame, taken: list[Box]) -> Iterator[Seen]:
    """Yield what is said of places where nobody is: detections, and others at random."""
    found = [d.box for _, d in watcher.faces(frame, range(4), sampled=False)]
    places = [box for box in found if all(box.intersection(t) == 0 for t in taken)]
    size = max((box.size for box in taken), default=frame.height / 4) / GROWN
    places += material.elsewhere(frame, taken, size, frame.number, count=1)
    for number, place in enumerate(places):
        yield Seen(f"{name} nobody {number}", watcher.second_look(frame, place, taken), face=False)


def _newborn(settings: Settings, watcher: Watcher, path: Path) -> Iterator[Seen]:
    """Yield what is said of everything but the newborn: hands, knees, cloth."""
    detector = bootstrap.face_detector(settings)
    for frame in material.frames(settings, path, every=EVERY):
        found = detector.detect(frame.bgr())
        if found and found[0].score >= SURE_OF_THE_NEWBORN:
            yield from _nobody(
                watcher, f"newborn {frame.number}", frame, [found[0].box.grown(GROWN)]
            )


def _faces(seen: Sequence[Seen]) -> Iterator[Sides]:
    """Either likely value suffices; both sure ones are needed."""
    both = "second looks where nobody is, of which the other value says so"
    faces, nobody = "second looks at faces", "second looks where nobody is"
    score, presence = "CenterFace's best score", "best presence of a mesh"
    likely_score = Sides("gate.faces.LIKELY_SCORE", Acts.FROM, score, faces, nobody)
    likely_presence = Sides("gate.faces.LIKELY_PRESENCE", Acts.FROM, presence, faces, nobody)
    sure_score = Sides("gate.faces.SURE_SCORE", Acts.FROM, score, faces, both)
    sure_presence = Sides("gate.faces.SURE_PRESENCE", Acts.FROM, presence, faces, both)
    for one in seen:
        look = one.look
        if one.face:
            sure_score.guard(look.score, one.unit)
            sure_presence.guard(look.presence, one.unit)
            likely_score.guard(look.score, one.unit, alone=look.presence < LIKELY_PRESENCE)
            likely_presence.guard(look.presence, one.unit, alone=look.score < LIKELY_SCORE)
        else:
            likely_score.spare(look.score, one.unit)
            likely_presence.spare(look.presence, one.unit)
            sure_score.spare(look.score if look.presence >= SURE_PRESENCE else 0.0, one.unit)
            sure_presence.spare(look.presence if look.score >= SURE_SCORE else 0.0, one.unit)
    return (s for s in (likely_score, likely_presence, sure_score, sure_presence) if s.complete)


def _heads(bench: Bench, watcher: Watcher) -> tuple[Heads, material.Counted]:
    """Turn other people round, as in the scene of that name, and look for bodies."""
    found = Heads()
    counted = material.Counted(
        "rendered people who turn round (services/swaddle/scenes)", "frames"
    )
    bodies = bootstrap.person_detector(bench.settings)
    for person, moment in material.other_people("turned-away", bench.people):
        if moment.number % EVERY:
            continue
        (face,) = moment.faces
        counted.take(moment.picture)
        frame, facing = still(moment.picture), abs(face.yaw) <= material.TURNED
        if not facing and abs(face.yaw) < material.BEHIND:
            continue
        for body in bodies.persons(frame):
            if not _is_head(body.box, face):
                continue
            unit = f"{person} {moment.number}"
            found.visibility.append((facing, min(body.face_visibility, body.score), unit))
            found.looks.append(Seen(unit, watcher.second_look(frame, body.box), face=facing))
    return found, counted


def _is_head(box: Box, face: FaceTruth) -> bool:
    return box.intersection(face.box) > 0


def _persons(heads: Heads) -> Iterator[Sides]:
    faces, backs = "heads that face the camera", "backs of heads"
    visible = Sides(
        "gate.persons.VISIBLE", Acts.FROM, "visibility and score of a body", faces, backs
    )
    for facing, value, unit in heads.visibility:
        (visible.guard if facing else visible.spare)(value, unit)
    score = Sides("gate.persons.FACE_SCORE", Acts.FROM, "CenterFace's best score", faces, backs)
    presence = Sides(
        "gate.persons.FACE_PRESENCE", Acts.FROM, "best presence of a mesh", faces, backs
    )
    for one in heads.looks:
        if not one.face:
            score.spare(one.look.score, one.unit)
            presence.spare(one.look.presence, one.unit)
            continue
        score.guard(one.look.score, one.unit, alone=one.look.presence < FACE_PRESENCE)
        presence.guard(one.look.presence, one.unit, alone=one.look.score < FACE_SCORE)
    return (s for s in (visible, score, presence) if s.complete)
