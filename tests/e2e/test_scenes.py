"""Rendered people, of whom everything is known: where they are, when they turn, what hides them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from swaddle.kernel.geometry import Box
from swaddle.kernel.life import State
from swaddle.kernel.plan import track_name
from swaddle.kernel.tables import Source
from swaddle.scenes.rendering import FaceTruth, Moment
from tests.e2e.finished import Finished

pytestmark = pytest.mark.models

Rendered = Callable[[str], tuple[Path, list[Moment]]]
Anonymized = Callable[[Path], Finished]

NAMES = (
    "two-crossing",
    "hand-passing",
    "hard-cut",
    "turned-away",
    "coming-back",
    "lying",
    "uneven",
)
EASY = 60.0
"""Degrees of yaw up to which a face that nothing hides has to be replaced in every frame."""


def plain_to_see(face: FaceTruth) -> bool:
    """Tell whether nobody can overlook a face."""
    return abs(face.yaw) <= EASY and face.inside > 0.9 and face.occluded < 0.3


def hidden_share(face: FaceTruth, regions: list[Box]) -> float:
    """Return how much of the face's box was painted over."""
    return max((region.intersection(face.box) / face.box.area for region in regions), default=0.0)


@pytest.fixture(params=NAMES)
def scene(
    request: pytest.FixtureRequest, rendered: Rendered, anonymized: Anonymized
) -> tuple[Finished, list[Moment]]:
    path, moments = rendered(request.param)
    return anonymized(path), moments


def test_every_face_that_is_plain_to_see_is_replaced(
    scene: tuple[Finished, list[Moment]],
) -> None:
    done, moments = scene
    bare = [
        (moment.number, face.name)
        for moment in moments
        for face in moment.faces
        if plain_to_see(face) and hidden_share(face, done.rendered(moment.number)) < 0.6
    ]

    assert done.video.state is State.RELEASED
    assert bare == []


def subjects_of(done: Finished, moments: list[Moment]) -> dict[str, set[str]]:
    """Return for each actor the subjects that were seen in their place."""
    members = {
        track.track_id: subject.subject_id
        for subject in done.plan.subjects
        for track in subject.tracks
    }
    found: dict[str, set[str]] = {}
    for moment in moments:
        seen = np.isin(done.rows["source"], [Source.DETECTED, Source.TRACKED])
        rows = np.flatnonzero(seen & (done.rows["frame"] == moment.number))
        for row in rows.tolist():
            box = Box(*map(float, done.rows["box"][row]))
            face = max(moment.faces, key=lambda f: f.box.iou(box))
            if face.box.iou(box) > 0.5 and plain_to_see(face):
                track = track_name(int(done.rows["track"][row]))
                found.setdefault(face.name, set()).add(members[track])
    return found


@pytest.mark.parametrize("name", ["two-crossing", "hard-cut", "turned-away", "coming-back"])
def test_one_person_is_one_subject_whatever_happens(
    name: str, rendered: Rendered, anonymized: Anonymized
) -> None:
    path, moments = rendered(name)
    found = subjects_of(anonymized(path), moments)
    names = {face.name for moment in moments for face in moment.faces}

    assert set(found) == names
    assert all(len(subjects) == 1 for subjects in found.values()), found
    assert len(set().union(*found.values())) == len(names)


def test_timestamps_of_an_uneven_video_are_kept(
    rendered: Rendered, anonymized: Anonymized
) -> None:
    path, moments = rendered("uneven")
    done = anonymized(path)
    begin = done.layout.timestamps[0]
    times = [(t - begin) * done.layout.profile.time_base for t in done.layout.timestamps]

    assert times == [moment.time for moment in moments]
