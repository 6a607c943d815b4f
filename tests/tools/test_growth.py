"""The scenes that growth is measured on hold what they are named after."""

from pathlib import Path

import av
import pytest

from swaddle import bootstrap
from swaddle.settings import Settings
from tools.bench.growth import FACES, HEIGHTS, RATE, rendered


@pytest.mark.models
@pytest.mark.parametrize("faces", FACES)
def test_a_scene_has_so_many_faces(faces: int, models: Path, tmp_path: Path) -> None:
    del models
    with av.open(rendered(tmp_path, faces, 720, seconds=0.1)) as clip:
        first = next(clip.decode(video=0)).to_ndarray(format="bgr24")
    found = bootstrap.face_detector(Settings()).detect(first)

    assert len(found) == faces


@pytest.mark.parametrize("height", HEIGHTS[:2])
def test_a_scene_has_its_size_and_its_length(height: int, tmp_path: Path) -> None:
    with av.open(rendered(tmp_path, 1, height, seconds=0.2)) as clip:
        frames = list(clip.decode(video=0))

    assert {(frame.width, frame.height) for frame in frames} == {(height * 16 // 9, height)}
    assert len(frames) == RATE / 5
