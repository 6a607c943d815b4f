import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from swaddle.evaluation.assessing import longest_run


def test_a_run_ends_where_a_frame_is_missing_or_the_track_changes() -> None:
    tracks = np.array([0, 0, 0, 0, 1, 1, 1])
    frames = np.array([0, 1, 3, 4, 5, 6, 7])

    assert longest_run(tracks, frames, np.ones(7, bool)) == 3
    assert longest_run(tracks, frames, np.array([1, 1, 1, 0, 0, 1, 0], bool)) == 2


def test_where_nothing_shows_no_run_is_long() -> None:
    assert longest_run(np.zeros(3, int), np.arange(3), np.zeros(3, bool)) == 0


@given(st.sets(st.integers(0, 40), min_size=1))
def test_a_run_is_as_long_as_the_longest_stretch_of_frames(shown: set[int]) -> None:
    frames = np.arange(41)
    chosen = np.isin(frames, list(shown))
    text = "".join("x" if one else " " for one in chosen)

    assert longest_run(np.zeros(41, int), frames, chosen) == max(map(len, text.split()))
