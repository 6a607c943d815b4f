from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.entrypoints.evaluating import evaluate, nearest, pairs
from swaddle.kernel.errors import Misused, StorageFailed
from swaddle.settings import Settings
from tests.media.clips import Recipe, make

TIMES = st.lists(st.integers(0, 1000), min_size=1, max_size=30, unique=True).map(sorted)


@given(own=TIMES, times=TIMES)
def test_each_time_gets_the_frame_that_is_shown_nearest(own: list[int], times: list[int]) -> None:
    found = nearest(np.array(own, float), np.array(times, float))
    distances = np.abs(np.array(own)[None] - np.array(times)[:, None])

    assert (distances[np.arange(len(times)), found] == distances.min(axis=1)).all()


def test_videos_of_two_folders_belong_together_by_their_names(tmp_path: Path) -> None:
    for name in ("a/visit.mp4", "a/visit-2.mov", "b/visit.mp4", "b/visit-2.anonymized.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = pairs(tmp_path / "a", tmp_path / "b")

    assert [(one.name, other.name) for one, other in found] == [
        ("visit-2.mov", "visit-2.anonymized.mp4"),
        ("visit.mp4", "visit.mp4"),
    ]


def test_a_video_without_an_original_is_named(tmp_path: Path) -> None:
    for name in ("a/one.mp4", "b/other.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    with pytest.raises(Misused, match=r"no original whose name other\.mp4 begins with"):
        pairs(tmp_path / "a", tmp_path / "b")


def test_a_folder_without_videos_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()

    with pytest.raises(Misused, match=f"no video in {tmp_path}"):
        pairs(tmp_path, tmp_path)


def test_a_file_and_a_folder_cannot_be_compared(tmp_path: Path) -> None:
    (tmp_path / "one.mp4").touch()

    with pytest.raises(Misused, match="two videos, or two folders"):
        pairs(tmp_path / "one.mp4", tmp_path)


def test_videos_of_two_sizes_are_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(make(Recipe(frames=3)))
    (tmp_path / "b.mp4").write_bytes(make(Recipe(frames=3, size=(128, 64))))

    with pytest.raises(Misused, match="only videos of one size"):
        evaluate(tmp_path / "a.mp4", tmp_path / "b.mp4", settings=Settings(work_folder=tmp_path))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "b.mp4"]


def test_a_video_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match=r"none\.mp4 cannot be read"):
        evaluate(tmp_path / "none.mp4", tmp_path / "none.mp4")
