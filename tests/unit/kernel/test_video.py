"""Segments and layouts."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from swaddle.kernel.frames import Sampling
from swaddle.kernel.video import (
    LONGEST_GRID,
    LONGEST_SEGMENT,
    Layout,
    VideoProfile,
    grid_of,
    lay_out,
    layout_from_json,
    layout_to_json,
    output_layout,
)

times = st.lists(st.integers(-(2**62), 2**62), unique=True, max_size=900).map(
    lambda found: tuple(sorted(found))
)
lengths = st.integers(-5, 1000)
grids = st.integers(1, LONGEST_GRID)


def layout(frames: int, length: int, grid: int) -> Layout:
    timestamps = tuple(range(0, 512 * frames, 512))
    profile = VideoProfile(
        width=640,
        height=360,
        quarter_turns=1,
        mirrored=False,
        frames=frames,
        time_base=Fraction(1, 12800),
        last_duration=512,
        pixel_format="yuv420p",
        sampling=Sampling(),
        primaries=1,
        transfer=1,
        colorspace=1,
        sample_aspect_ratio=Fraction(1),
        average_rate=Fraction(30000, 1001),
        container="mp4",
        audio=("aac",),
        damaged_frames=2,
        notes=("One subtitle stream was dropped.",),
    )
    segments = lay_out(timestamps, length, grid)
    return Layout(profile=profile, timestamps=timestamps, key_frames=(0,), segments=segments)


@given(times, lengths, grids)
def test_the_segments_together_are_the_video(
    timestamps: tuple[int, ...], length: int, grid: int
) -> None:
    segments = lay_out(timestamps, length, grid)
    frames = [f for s in segments for f in range(s.first_frame, s.last_frame + 1)]

    assert frames == list(range(len(timestamps)))
    assert [s.index for s in segments] == list(range(len(segments)))
    assert all(timestamps[s.first_frame] == s.first_pts for s in segments)
    assert all(timestamps[s.last_frame] == s.last_pts for s in segments)


@given(times, lengths, grids)
def test_segments_begin_on_the_grid_and_are_not_too_long(
    timestamps: tuple[int, ...], length: int, grid: int
) -> None:
    segments = lay_out(timestamps, length, grid)

    assert all(s.first_frame % grid == 0 for s in segments)
    assert all(1 <= s.frames <= LONGEST_SEGMENT for s in segments)
    assert len({s.frames for s in segments[:-1]}) <= 1


@given(st.integers(1, 900), st.integers(1, 400), grids, st.data())
def test_a_frame_is_found_in_its_segment(
    frames: int, length: int, grid: int, data: st.DataObject
) -> None:
    frame = data.draw(st.integers(0, frames - 1))
    segment = layout(frames, length, grid).segment_of(frame)

    assert segment.first_frame <= frame <= segment.last_frame


@given(st.fractions(0, 10**6))
def test_the_grid_is_at_most_ten_frames_and_at_least_one(rate: Fraction) -> None:
    assert 1 <= grid_of(rate) <= LONGEST_GRID


def test_usual_videos_are_searched_three_times_a_second() -> None:
    rates = (30, Fraction(30000, 1001), 25, 15, 60, 1)

    assert [grid_of(Fraction(rate)) for rate in rates] == [10, 10, 8, 5, 10, 1]


def test_a_layout_is_read_as_it_was_written() -> None:
    assert layout_from_json(layout_to_json(layout(50, 20, 10))) == layout(50, 20, 10)


def test_the_output_can_be_decoded_from_every_segment_on() -> None:
    output = output_layout(layout(50, 20, 10))

    assert output.key_frames == (0, 20 * 512, 40 * 512)
    assert output.profile.damaged_frames == 0
    assert output.timestamps == layout(50, 20, 10).timestamps
