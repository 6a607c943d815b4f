"""Turned and mirrored video is seen upright by every stage, and comes out turned as it was."""

import io
from fractions import Fraction

import av
import numpy as np
import pytest
from av.sidedata.sidedata import Type

from swaddle.kernel.errors import Misused
from tests.media.clips import Recipe, make
from tests.media.journey import READER, all_frames, luma_psnr, travelled

ORIENTATIONS = [
    (degrees, hflip, vflip)
    for degrees in (0, 90, 180, -90)
    for hflip, vflip in ((False, False), (True, False), (False, True))
]


@pytest.fixture(scope="module", params=ORIENTATIONS, ids=str)
def orientation(request: pytest.FixtureRequest) -> tuple[int, bool, bool]:
    return request.param


@pytest.fixture(scope="module")
def clip(orientation: tuple[int, bool, bool]) -> bytes:
    return make(Recipe(turn=orientation, frames=12, pixel_format="yuv422p"))


def expected(plane: np.ndarray, orientation: tuple[int, bool, bool]) -> np.ndarray:
    """Turn counterclockwise, then flip: what PyAV says that its arguments mean."""
    degrees, hflip, vflip = orientation
    turned = np.rot90(plane, degrees // 90)
    turned = turned[:, ::-1] if hflip else turned
    return turned[::-1] if vflip else turned


def stored_frames(file: bytes) -> list[list[np.ndarray]]:
    with av.open(io.BytesIO(file)) as container:
        return [
            [
                np.frombuffer(plane, np.uint8).reshape(plane.height, -1)[:, : plane.width].copy()
                for plane in frame.planes
            ]
            for frame in container.decode(video=0)
        ]


def matrix_of(file: bytes) -> list[int]:
    """Return the signs of the linear part of the display matrix."""
    with av.open(io.BytesIO(file)) as container:
        frame = next(container.decode(video=0))
        content = frame.side_data.get(Type.DISPLAYMATRIX)
    matrix = np.frombuffer(content, np.int32) if content else np.eye(3, dtype=np.int32).ravel()
    return np.sign(matrix[[0, 1, 3, 4]]).tolist()


def test_frames_are_seen_upright(clip: bytes, orientation: tuple[int, bool, bool]) -> None:
    for frame, planes in zip(all_frames(clip), stored_frames(clip), strict=True):
        for seen, stored in zip(frame.planes, planes, strict=True):
            np.testing.assert_array_equal(seen, expected(stored, orientation))


def test_chroma_is_spaced_as_the_turned_picture_is(clip: bytes) -> None:
    for frame in all_frames(clip):
        height, width = frame.planes[1].shape

        assert (width * frame.sampling.chroma_width, height * frame.sampling.chroma_height) == (
            frame.width,
            frame.height,
        )


def test_the_stored_picture_is_turned_as_it_was(clip: bytes) -> None:
    finished = travelled(clip)

    assert matrix_of(finished) == matrix_of(clip)
    for before, after in zip(stored_frames(clip), stored_frames(finished), strict=True):
        assert np.abs(before[0].astype(int) - after[0]).mean() < 2


def test_the_finished_file_is_seen_upright_too(clip: bytes) -> None:
    assert luma_psnr(all_frames(clip), all_frames(travelled(clip))) > 40


def test_matroska_turns(orientation: tuple[int, bool, bool]) -> None:
    recipe = Recipe(turn=orientation, time_base=Fraction(1, 1000), frames=12)
    source = make(recipe)
    if READER.probe(io.BytesIO(source)).profile.mirrored:
        with pytest.raises(Misused, match="mirrored"):
            travelled(source, "mkv")
    else:
        assert matrix_of(travelled(source, "mkv")) == matrix_of(source)


def test_an_odd_angle_is_left_alone_and_said() -> None:
    source = make(Recipe(turn=(30, False, False), frames=3))
    profile = READER.probe(io.BytesIO(source)).profile

    assert (profile.quarter_turns, profile.mirrored) == (0, False)
    assert any("angle" in note for note in profile.notes)
