"""What issue and design promise, measured on recordings of real people."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from swaddle.kernel.detail import background_correlation, compare_box, compare_face, exposed
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Box
from swaddle.kernel.life import State
from swaddle.kernel.messages import Verdict
from swaddle.kernel.video import output_layout
from tests.e2e.finished import Finished
from tests.e2e.independent import IndependentLook, Seen
from tests.media.journey import shown_at, sound_tracks

pytestmark = [pytest.mark.shared, pytest.mark.models]

INFANT = "infant_blanket_000056_segment.mp4"
CLIPS = (
    INFANT,
    "intel_classroom.gif",
    "intel_face-demographics-walking-and-pause.gif",
    "intel_head-pose-face-detection-female-and-male.gif",
    "intel_one-by-one-person-detection.mp4",
)

BESIDE = 1.2
"""How far a rendered region reaches beyond its box, for the comparison of the rest."""


@pytest.fixture(scope="session", params=CLIPS)
def done(
    request: pytest.FixtureRequest, shared: Path, anonymized: Callable[[Path], Finished]
) -> Finished:
    return anonymized(shared / "data" / "videos" / request.param)


@pytest.fixture
def infant(shared: Path, anonymized: Callable[[Path], Finished]) -> Finished:
    return anonymized(shared / "data" / "videos" / INFANT)


@cache
def seen(done: Finished, models: Path) -> list[tuple[Frame, Frame, list[Seen]]]:
    """Return some frames before and after, with the faces that show after."""
    look = IndependentLook(models)
    return [(before, after, list(look.faces(after.bgr()))) for before, after in done.looks()]


def is_rendered(box: Box, rendered: list[Box]) -> bool:
    """Tell whether a detected box and a rendered region mean the same place."""
    return any(box.intersection(r) >= 0.5 * min(box.area, r.area) for r in rendered)


def test_the_gate_releases_it(done: Finished) -> None:
    assert done.video.state is State.RELEASED
    assert done.video.verdict is Verdict.RELEASED
    assert done.findings.findings == ()


def test_no_independent_detector_sees_a_face_that_was_left_out(
    done: Finished, shared: Path
) -> None:
    left_out = [
        (after.number, face)
        for _, after, faces in seen(done, shared / "models")
        for face in faces
        if not is_rendered(face.box, done.rendered(after.number))
    ]

    assert left_out == []


def test_no_face_that_they_see_has_the_fine_detail_of_the_original(
    done: Finished, shared: Path
) -> None:
    bare = [
        (after.number, index)
        for before, after, faces in seen(done, shared / "models")
        for index in done.painted(after.number)
        if any(is_rendered(face.box, [done.box(index)]) for face in faces)
        and shows_the_original(done, before, after, index)
    ]

    assert bare == []


def shows_the_original(done: Finished, before: Frame, after: Frame, index: int) -> bool:
    """Tell whether fine detail is as it was, outside eyes, mouth and what is before the face."""
    level = background_correlation(before, after, done.rendered(after.number)) or 1.0
    row = done.row_of(index)
    if done.regions["meshed"][index] and row is not None:
        mesh = done.regions["landmarks"][index].astype(np.float64)
        sample = compare_face(before, after, mesh, done.rows["occlusion"][row], level)
    else:
        sample = compare_box(before, after, done.box(index), level)
    return sample is not None and exposed(sample, level)


def test_a_subject_stays_one_person(done: Finished) -> None:
    for subject in done.similarities:
        if subject.within_output is None or subject.within_source is None:
            continue
        before = subject.within_source - subject.stranger_mean
        after = subject.within_output - subject.stranger_mean

        assert after >= 0.9 * before


def test_a_subject_resembles_its_source_no_more_than_a_stranger_does(done: Finished) -> None:
    for subject in done.similarities:
        assert subject.to_source is None or subject.to_source <= subject.stranger_mean


def test_timestamps_are_kept_to_the_tick(done: Finished) -> None:
    expected = output_layout(done.layout)
    base = expected.profile.time_base
    times = [t * base for t in expected.timestamps]
    shown = shown_at(done.output)

    assert max(abs(a - b) for a, b in zip(shown, times, strict=True)) == 0


def test_the_sound_is_the_same_packet_by_packet(done: Finished) -> None:
    if done.source.suffix == ".gif":
        pytest.skip("a GIF has no sound")
    before = [track.packets for track in sound_tracks(done.source.read_bytes())]
    after = [track.packets for track in sound_tracks(done.output)]

    assert after == before


def test_what_is_beside_the_faces_keeps_45_db(done: Finished) -> None:
    values = [beside(a, b, done.rendered(a.number)) for a, b in done.pairs()]

    assert np.mean(values) >= 45


def beside(before: Frame, after: Frame, rendered: list[Box]) -> float:
    """Return the luma PSNR in dB outside the rendered regions."""
    outside = np.ones(before.planes[0].shape, bool)
    for box in rendered:
        x0, y0, x1, y1 = box.grown(BESIDE).pixels(before.width, before.height)
        outside[y0:y1, x0:x1] = False
    error = before.planes[0].astype(np.float64) - after.planes[0]
    noise = max(float((error[outside] ** 2).mean()), 1e-9)
    return float(10 * np.log10(before.sampling.white**2 / noise))


def test_the_infant_is_hardly_ever_covered_and_never_frozen_or_black(infant: Finished) -> None:
    assert infant.covered_share() <= 0.05
    assert infant.findings.black_frames == 0
    assert infant.findings.frozen_frames == 0


def test_the_infant_is_hidden_where_a_hand_passes_before_its_face(infant: Finished) -> None:
    for number in (22, 23, 24):
        assert infant.rendered(number) != []
