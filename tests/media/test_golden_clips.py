"""Every kind of video comes out as it went in: frames, times, turns, colours, sound."""

import io
from dataclasses import replace
from fractions import Fraction

import pytest

from swaddle.kernel.video import output_layout
from swaddle.media.verification import differences
from tests.media.clips import NTSC, Recipe, Sound, make
from tests.media.journey import (
    READER,
    WRITER,
    all_frames,
    luma_psnr,
    shown_at,
    sound_tracks,
    travelled,
)

MILLI = Fraction(1, 1000)
JITTER = (0, 17, 51, 80, 133, 150, 151, 190, 260, 270, 300, 333, 370, 1400, 1401, 1440)
OPEN_GOP = {"preset": "veryfast", "x264-params": "open-gop=1:keyint=8:bframes=3:scenecut=0"}
B_FRAMES = {"preset": "veryfast", "bf": "3"}

CLIPS = {
    "plain": Recipe(),
    "b-frames": Recipe(options=B_FRAMES),
    "open groups of pictures": Recipe(options=OPEN_GOP),
    "variable frame rate": Recipe(times=tuple(t * 16 for t in JITTER), options=B_FRAMES),
    "one frame": Recipe(frames=1),
    "two frames": Recipe(frames=2, options=B_FRAMES),
    "begins late": Recipe(times=tuple(7000 + 512 * i for i in range(30)), options=B_FRAMES),
    "ntsc": Recipe(time_base=1 / NTSC, times=tuple(range(30)), options=B_FRAMES),
    "no sound offset": Recipe(sounds=(Sound(),), options=B_FRAMES),
    "sound begins late": Recipe(sounds=(Sound(start=Fraction(1, 5)),)),
    "two sounds": Recipe(sounds=(Sound(language="deu"), Sound(codec="ac3", language="ces"))),
    "ten bits": Recipe(pixel_format="yuv420p10le"),
    "4:2:2": Recipe(pixel_format="yuv422p"),
    "4:4:4, ten bits": Recipe(pixel_format="yuv444p10le"),
    "odd size": Recipe(
        container="matroska", time_base=MILLI, codec="ffv1", options={}, size=(95, 63)
    ),
    "wide pixels": Recipe(attributes={"sample_aspect_ratio": Fraction(4, 3)}),
    "full range": Recipe(attributes={"color_range": 2, "colorspace": 6}),
    "high dynamic range": Recipe(
        pixel_format="yuv420p10le",
        attributes={"color_primaries": 9, "color_trc": 16, "colorspace": 9},
    ),
    "interlaced": Recipe(options={"preset": "ultrafast", "x264-params": "tff=1"}),
    "animated gif": Recipe(
        container="gif", codec="gif", pixel_format="rgb8", time_base=Fraction(1, 100), options={}
    ),
    "matroska": Recipe(
        container="matroska",
        time_base=MILLI,
        times=JITTER,
        sounds=(Sound(codec="libopus"), Sound(codec="vorbis"), Sound(codec="flac")),
    ),
    "webm": Recipe(
        container="webm",
        codec="libvpx-vp9",
        time_base=MILLI,
        options={"deadline": "realtime", "cpu-used": "8"},
        sounds=(Sound(codec="libopus"),),
    ),
    "avi": Recipe(
        container="avi",
        codec="mpeg4",
        time_base=Fraction(1, 25),
        options={},
        sounds=(Sound(codec="pcm_s16le", rate=44100),),
    ),
    "transport stream": Recipe(
        container="mpegts", time_base=Fraction(1, 90000), options=B_FRAMES, sounds=(Sound(),)
    ),
    "program stream": Recipe(
        container="mpeg",
        codec="mpeg2video",
        size=(320, 240),
        time_base=Fraction(1, 30),
        options={"b": "4M"},
        sounds=(Sound(codec="mp2"),),
    ),
    "flash": Recipe(
        container="flv", time_base=MILLI, sounds=(Sound(codec="libmp3lame", rate=44100),)
    ),
    "quicktime": Recipe(
        container="mov",
        codec="mjpeg",
        pixel_format="yuvj422p",
        options={},
        sounds=(Sound(codec="pcm_s16be"), Sound(codec="alac")),
    ),
    "windows media": Recipe(container="asf", codec="wmv2", time_base=MILLI, options={}),
    "mxf": Recipe(container="mxf", codec="mpeg2video", time_base=Fraction(1, 25), options={}),
    "y4m": Recipe(
        container="yuv4mpegpipe", codec="wrapped_avframe", time_base=Fraction(1, 30), options={}
    ),
}


@pytest.fixture(scope="module", params=CLIPS, ids=lambda name: name.replace(" ", "_"))
def clip(request: pytest.FixtureRequest) -> bytes:
    return make(CLIPS[request.param])


@pytest.fixture(scope="module")
def finished(clip: bytes) -> bytes:
    return travelled(clip)


def test_every_frame_keeps_its_time(clip: bytes, finished: bytes) -> None:
    assert shown_at(finished) == shown_at(clip)


def test_every_sound_packet_is_the_same(clip: bytes, finished: bytes) -> None:
    before, after = sound_tracks(clip), sound_tracks(finished)

    assert [_payload(track.packets) for track in after] == [
        _payload(track.packets) for track in before
    ]
    assert [track.language for track in after] == [track.language for track in before]


def test_sound_begins_and_goes_on_when_it_did(clip: bytes, finished: bytes) -> None:
    for before, after in zip(sound_tracks(clip), sound_tracks(finished), strict=True):
        assert before.starts == pytest.approx(after.starts, abs=0.001)


def test_the_picture_is_the_same(clip: bytes, finished: bytes) -> None:
    layout = READER.probe(io.BytesIO(clip))

    assert luma_psnr(all_frames(clip, layout), all_frames(finished, output_layout(layout))) > 40


def test_the_check_finds_nothing(clip: bytes, finished: bytes) -> None:
    source, output = io.BytesIO(clip), io.BytesIO(finished)
    found = differences(
        READER.probe(source), WRITER.facts(source), READER.skim(output), WRITER.facts(output)
    )

    assert list(found) == []


def test_what_a_finished_file_says_of_itself_is_what_it_shows(finished: bytes) -> None:
    shown = READER.probe(io.BytesIO(finished))
    profile = replace(shown.profile, notes=())

    said = READER.skim(io.BytesIO(finished))
    assert replace(said, profile=replace(said.profile, notes=())) == replace(
        shown, profile=profile
    )


def test_the_last_frame_is_shown_as_long(clip: bytes, finished: bytes) -> None:
    before = READER.probe(io.BytesIO(clip)).profile
    after = READER.probe(io.BytesIO(finished)).profile

    assert after.last_duration * after.time_base == before.last_duration * before.time_base


def test_any_run_of_frames_is_found(clip: bytes) -> None:
    layout = READER.probe(io.BytesIO(clip))
    whole = all_frames(clip, layout)
    for first in range(0, len(whole), 7):
        run = READER.frames(io.BytesIO(clip), layout, first, min(first + 2, len(whole) - 1))
        for frame, wanted in zip(run, whole[first:], strict=False):
            assert (frame.number, frame.pts) == (wanted.number, wanted.pts)
            assert (frame.planes[0] == wanted.planes[0]).all()


def _payload(packets: list[bytes]) -> bytes:
    """Join packets, without the headers that AAC has in transport streams."""
    return b"".join(packet[7:] if packet[:2] == b"\xff\xf1" else packet for packet in packets)
