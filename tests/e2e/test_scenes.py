"""Rendered people, of whom everything is known: where they are, when they turn, what hides them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from swaddle.kernel.faces import LEFT_EYE, RIGHT_EYE
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Box
from swaddle.kernel.life import State
from swaddle.kernel.plan import track_name
from swaddle.kernel.tables import TEXTURE_CELLS, Source
from swaddle.kernel.texture_space import BROW_LEVEL, SIDE, canonical, cell_centres, face_mask
from swaddle.scenes.catalogue import SCENES
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
    "fringe",
    "dark-glasses",
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


def changes(
    before: Frame, after: Frame, face: FaceTruth, rows: tuple[float, float]
) -> NDArray[np.float64]:
    """Return by how many grey levels a face changed between two shares of the way to its brows."""
    centres = cell_centres(face.landmarks, TEXTURE_CELLS)
    height = (np.arange(TEXTURE_CELLS) + 0.5) / TEXTURE_CELLS * SIDE / canonical()[BROW_LEVEL, 1]
    inside = face_mask(TEXTURE_CELLS) & ((height > rows[0]) & (height < rows[1]))[:, None]
    x, y = centres[inside].round().astype(int).T
    one, other = (frame.bgr()[y, x].astype(np.float64) for frame in (before, after))
    return np.abs(one - other).mean(axis=1)


def test_hair_over_a_forehead_stays_and_the_face_below_does_not(
    rendered: Rendered, anonymized: Anonymized
) -> None:
    path, moments = rendered("fringe")
    fringes = {a.name: a.fringe for shot in SCENES["fringe"].shots for a in shot.actors}
    done = anonymized(path)
    hair: list[float] = []
    face: list[float] = []
    for before, after in done.looks():
        for one in moments[before.number].faces:
            end = fringes[one.name]
            # Well above the ends of its strands, and from the brows to the nose.
            hair += changes(before, after, one, (0.0, end - 0.25)).tolist()
            face += changes(before, after, one, (1.1, 2.0)).tolist()

    assert np.percentile(hair, 90) < 6
    assert np.median(face) > 10
    # It is no part of the face, and so hides none of it.
    assert done.rows["occlusion"].max(axis=(1, 2)).min() == 255
    assert np.median(done.rows["occluded"]) < 0.05


def test_dark_glasses_stay_dark_and_nobody_is_seen_through_them(
    rendered: Rendered, anonymized: Anonymized
) -> None:
    path, moments = rendered("dark-glasses")
    done = anonymized(path)
    eyes: dict[str, list[tuple[float, float]]] = {"dark": [], "none": []}
    for before, after in done.looks():
        for one in moments[before.number].faces:
            for eye in (LEFT_EYE, RIGHT_EYE):
                place = Box.around(one.landmarks[list(eye)]).pixels(before.width, before.height)
                seen = [
                    frame.bgr(place).astype(np.float64).mean(axis=2) for frame in (before, after)
                ]
                eyes[one.name].append((seen[1].std() / seen[0].std(), seen[1].mean()))
    (dark_detail, dark_light), (detail, _) = (
        np.median(np.array(found), axis=0) for found in (eyes["dark"], eyes["none"])
    )

    assert dark_detail < 0.5
    assert dark_light < 60
    assert detail > 0.5
    assert np.median(done.rows["occluded"]) < 0.05


def test_timestamps_of_an_uneven_video_are_kept(
    rendered: Rendered, anonymized: Anonymized
) -> None:
    path, moments = rendered("uneven")
    done = anonymized(path)
    begin = done.layout.timestamps[0]
    times = [(t - begin) * done.layout.profile.time_base for t in done.layout.timestamps]

    assert times == [moment.time for moment in moments]
