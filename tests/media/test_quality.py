"""What nobody replaced looks as it did: 45 dB and more, with the settings of the product."""

import io
from pathlib import Path

import pytest

from swaddle.adapters.pyav.video_reader import PyavVideoReader
from swaddle.adapters.pyav.video_writer import PyavVideoWriter
from swaddle.kernel.video import output_layout
from tests.media.clips import Recipe, make
from tests.media.journey import encoded, luma_psnr

REQUIRED_DB = 45
CLIPS = (
    "infant_blanket_000056_segment.mp4",
    "intel_classroom.gif",
    "intel_face-demographics-walking-and-pause.gif",
    "intel_head-pose-face-detection-female-and-male.gif",
)


def quality(source: bytes) -> float:
    """Return the luma PSNR of a video that was decoded and encoded, in decibels."""
    reader, writer = PyavVideoReader(), PyavVideoWriter()
    layout = reader.probe(io.BytesIO(source))
    target = io.BytesIO()
    writer.join(encoded(source, layout, writer), None, layout, "mp4", target)
    last = layout.profile.frames - 1
    before = reader.frames(io.BytesIO(source), layout, 0, last)
    after = reader.frames(target, output_layout(layout), 0, last)
    return luma_psnr(before, after)


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p10le"])
def test_a_natural_picture_is_kept(pixel_format: str) -> None:
    recipe = Recipe(size=(320, 240), pixel_format=pixel_format, options={"crf": "8"})

    assert quality(make(recipe)) >= REQUIRED_DB


@pytest.mark.shared
@pytest.mark.parametrize("name", CLIPS)
def test_real_clips_are_kept(name: str, shared: Path) -> None:
    source = (shared / "data" / "videos" / name).read_bytes()

    assert quality(source) >= REQUIRED_DB
