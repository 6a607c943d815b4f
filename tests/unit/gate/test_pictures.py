from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from swaddle.gate.pictures import MOST, SIDE, Pictures
from swaddle.kernel.frames import from_jpeg, still
from swaddle.kernel.video import Layout
from tests.unit.certification.material import layout

PLAIN = still(np.full((64, 96, 3), 90, np.uint8))


def like(**changes: Any) -> Layout:  # noqa: ANN401 - fields of the profile
    whole = layout()
    return replace(whole, profile=replace(whole.profile, **changes))


def kept(frames: int, people: Mapping[int, int] | None = None) -> list[int]:
    """Return which frames of a video are kept, given in which how many people are."""
    pictures = Pictures(like(frames=frames))
    for number in range(frames):
        pictures.offer(replace(PLAIN, number=number), (people or {}).get(number, 0))
    return [row["frame"] for row in pictures.rows()]


@pytest.mark.parametrize("frames", [1, 10, MOST])
def test_of_a_short_video_every_frame_is_kept(frames: int) -> None:
    assert kept(frames) == list(range(frames))


@pytest.mark.parametrize("frames", [MOST + 1, 300, 10_000])
def test_of_a_long_one_a_few_are_kept_evenly_spread(frames: int) -> None:
    numbers = kept(frames)

    assert MOST // 2 <= len(numbers) <= MOST
    assert len(set(np.diff(numbers).tolist())) == 1


def test_whoever_is_seen_for_a_moment_is_among_them() -> None:
    assert {503, 4711} <= set(kept(10_000, {503: 1, 504: 1, 4710: 1, 4711: 2, 4712: 1}))


@pytest.mark.parametrize(
    ("width", "height", "aspect", "shown"),
    [
        (1280, 720, Fraction(1), (SIDE, 202)),
        (720, 1280, Fraction(1), (202, SIDE)),
        (720, 576, Fraction(16, 11), (SIDE, 198)),
        (96, 64, Fraction(1), (96, 64)),
    ],
    ids=["wide", "upright", "pixels that are not square", "small"],
)
def test_a_picture_is_small_and_as_the_video_is_shown(
    width: int, height: int, aspect: Fraction, shown: tuple[int, int]
) -> None:
    pictures = Pictures(like(sample_aspect_ratio=aspect))
    pictures.offer(still(np.full((height, width, 3), 90, np.uint8)), 0)
    (row,) = pictures.rows()

    assert (row["width"], row["height"]) == shown
    assert from_jpeg(row["picture"]).shape == (*reversed(shown), 3)
