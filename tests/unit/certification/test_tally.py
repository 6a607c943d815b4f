import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.certification.features import feature_rows
from swaddle.certification.naming import Naming
from swaddle.certification.tally import STRETCHES, Stretches, Tally
from swaddle.kernel.tables import REGIONS, TRACKS, Rendered, assemble
from tests.unit.certification.material import FRAMES, done, layout, plan, seen


@given(frames=st.integers(1, 5000))
def test_every_frame_lies_in_the_stretch_that_its_number_gives(frames: int) -> None:
    count = min(frames, STRETCHES)
    stretches = Stretches(frames, count, np.arange(count + 1.0))
    firsts = np.array([index * frames // count for index in range(count)])
    places = stretches.index(np.arange(frames))

    assert stretches.index(firsts).tolist() == list(range(count))
    assert (np.diff(places) >= 0).all()
    assert places[-1] == count - 1


def test_a_short_video_has_a_stretch_for_each_frame() -> None:
    stretches = Stretches.of(layout())

    assert stretches.count == FRAMES
    assert stretches.duration_s == pytest.approx(FRAMES / 30)


def told() -> Tally:
    tally = Tally(Stretches.of(layout()))
    tracks = assemble([seen(2, 0), seen(2, 1, meshed=False), seen(3, 0), seen(3, 7)], TRACKS)
    regions = [done(2, 0, Rendered.SWAP), done(2, 1, Rendered.COVER), done(3, -1, Rendered.BLACK)]
    places = [done(2, -1, Rendered.COVER) | {"box": [0, 0, 5, 5]}]
    painted = assemble(regions + places, REGIONS)
    tally.add(feature_rows(tracks, painted, Naming(plan())), painted)
    return tally


def test_faces_are_counted_by_what_was_done() -> None:
    faces = told().faces()

    assert (faces["swap"], faces["cover"], faces["black"]) == (1, 1, 2)


def test_faces_of_nobody_are_counted_apart() -> None:
    assert set(told().subjects) == {"s01", "p01"}
    assert told().unnamed.faces == 1


def test_black_frames_and_places_are_counted() -> None:
    assert told().black_frames == 1
    assert told().places == 1


def test_a_curve_has_gaps_where_nothing_was_measured() -> None:
    curve = told().subjects["s01"].curve("yaw")

    assert np.flatnonzero(np.isfinite(curve)).tolist() == [2, 3]


def test_somebody_is_present_where_the_face_is_known() -> None:
    assert np.flatnonzero(told().subjects["p01"].present).tolist() == [2]
    assert told().busy[2] == 2
