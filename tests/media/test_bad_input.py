"""What is no video, or a broken or monstrous one, is refused in one plain sentence."""

import io
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from swaddle.adapters.pyav.limits import Limits
from swaddle.adapters.pyav.video_reader import PyavVideoReader
from swaddle.kernel.errors import StorageFailed, UnreadableVideo
from tests.media.clips import Recipe, Sound, make
from tests.media.journey import READER, all_frames, travelled

MILLI = Fraction(1, 1000)


def refusal(content: bytes, reader: PyavVideoReader = READER) -> str:
    """Return why the reader refuses a file."""
    with pytest.raises(UnreadableVideo) as caught:
        reader.probe(io.BytesIO(content))
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert "Errno" not in message
    return message


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video that a hostile file would like to have opened."""
    path = tmp_path_factory.mktemp("elsewhere") / "victim.mp4"
    path.write_bytes(make(Recipe(frames=5)))
    return path


def test_an_empty_file() -> None:
    assert "empty" in refusal(b"")


@pytest.mark.parametrize(
    "content",
    [b"Dear diary,\n" * 500, b"\x00" * 5000, bytes(range(256)) * 50, b"{}", b"%PDF-1.7\n" * 90],
    ids=["text", "zeros", "bytes", "json", "pdf"],
)
def test_something_else_under_a_video_s_name(content: bytes) -> None:
    assert "no video" in refusal(content)


REFERENCES: dict[str, Callable[[str], str]] = {
    "concat": lambda name: f"ffconcat version 1.0\nfile '{name}'\n",
    "hls": lambda name: (
        f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{name}\n#EXT-X-ENDLIST\n"
    ),
    "m3u": lambda name: f"#EXTM3U\n{name}\n",
    "pls": lambda name: f"[playlist]\nFile1={name}\nNumberOfEntries=1\n",
    "dash": lambda name: (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" '
        f'type="static"><Period><BaseURL>{name}</BaseURL></Period></MPD>'
    ),
    "sdp": lambda name: f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns={name}\nm=video 5004 RTP/AVP 96\n",
    "filter graph": lambda name: f"movie={name}",
    "subtitle": lambda name: f"1\n00:00:00,000 --> 00:00:01,000\n{name}\n",
}


@pytest.mark.parametrize("kind", REFERENCES)
@pytest.mark.parametrize("form", ["absolute", "relative"])
def test_a_file_that_points_elsewhere(
    kind: str, form: str, victim: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(victim.parent)
    name = str(victim) if form == "absolute" else victim.name

    refusal(REFERENCES[kind](name).encode())


def test_sound_alone() -> None:
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=48000)
        silence = np.zeros((1, 4096), np.int16)
        frame = av.AudioFrame.from_ndarray(silence, format="s16", layout="stereo")
        frame.sample_rate = 48000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))

    assert refusal(target.getvalue()) == "The file has sound but no video."


def test_a_video_without_frames() -> None:
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height = 64, 64
        container.start_encoding()

    refusal(target.getvalue())


def test_a_cover_picture_is_no_video() -> None:
    tune = Recipe(container="matroska", frames=0, sounds=(Sound(),), cover=True, time_base=MILLI)

    assert "still picture" in refusal(make(tune))


def test_one_pixel() -> None:
    clip = make(Recipe(size=(1, 1), pixel_format="yuv444p"))

    assert refusal(clip) == "The video is 1 x 1 pixels; at least 16 x 16 are needed."


def test_twenty_thousand_pixels_square() -> None:
    clip = bytearray(make(CUT["gif"]))
    clip[6:10] = struct.pack("<HH", 20000, 20000)

    assert "37,748,736 pixels" in refusal(bytes(clip))


def test_pictures_larger_than_their_container_says() -> None:
    clip = make(Recipe(codec="mjpeg", pixel_format="yuvj420p", options={}))
    start_of_frame = b"\xff\xc0\x00\x11\x08"
    claimed = clip.replace(
        start_of_frame + struct.pack(">HH", 64, 96),
        start_of_frame + struct.pack(">HH", 20000, 20000),
    )

    assert claimed != clip
    refusal(claimed)


def test_an_absurd_frame_rate() -> None:
    clip = make(Recipe(times=tuple(range(30)), time_base=Fraction(1, 1_000_000)))

    assert "frames per second" in refusal(clip)


def test_thirty_streams() -> None:
    tracks = tuple(Sound(codec="pcm_s16le", rate=8000, layout="mono") for _ in range(29))
    clip = make(Recipe(container="matroska", time_base=MILLI, frames=2, sounds=tracks))

    assert "30 streams" in refusal(clip)


def test_too_many_frames() -> None:
    reader = PyavVideoReader(limits=Limits(max_frames=20))

    assert "more than 20 frames" in refusal(make(Recipe()), reader)


def test_too_long() -> None:
    times = (0, 13 * 3600 * 1000)

    assert "longer than 12 hours" in refusal(
        make(Recipe(container="matroska", time_base=MILLI, times=times))
    )


def test_a_picture_that_changes_its_size() -> None:
    parts = [
        make(
            Recipe(
                container="mpegts",
                time_base=Fraction(1, 90000),
                frames=10,
                size=size,
                times=tuple(first + 3000 * i for i in range(10)),
            )
        )
        for size, first in (((96, 64), 0), ((128, 64), 30000))
    ]

    assert "size of the picture changes" in refusal(b"".join(parts))


CUT = {
    "mp4, index behind": Recipe(sounds=(Sound(),)),
    "matroska": Recipe(container="matroska", time_base=MILLI, sounds=(Sound(),)),
    "avi": Recipe(container="avi", codec="mpeg4", time_base=Fraction(1, 30), options={}),
    "gif": Recipe(
        container="gif", codec="gif", pixel_format="rgb8", time_base=Fraction(1, 100), options={}
    ),
}


@pytest.mark.parametrize("kind", [*CUT, "mp4, index in front"])
def test_a_video_that_is_cut_short(kind: str) -> None:
    clip = make(CUT[kind]) if kind in CUT else travelled(make(Recipe(sounds=(Sound(),))))
    for share in range(1, 40):
        refusal(clip[: len(clip) * share // 40])
    refusal(clip[:-1])


def test_a_video_whose_times_stand_still() -> None:
    clip = bytearray(make(Recipe(codec="mjpeg", pixel_format="yuvj420p", options={})))
    # The durations of the frames in the table "time to sample": count, then duration.
    place = clip.index(b"stts") + 12
    clip[place + 4 : place + 8] = bytes(4)

    assert "timestamps do not increase" in refusal(bytes(clip))


def test_damaged_pictures_are_counted_and_marked() -> None:
    clip = bytearray(make(Recipe(size=(320, 240), options={"preset": "veryfast", "crf": "10"})))
    with av.open(io.BytesIO(bytes(clip))) as container:
        packets = [(p.pos, p.size) for p in container.demux(video=0) if p.size]
    position, size = packets[7]
    clip[position + size // 2 : position + size // 2 + 40] = bytes(40)
    layout = READER.probe(io.BytesIO(bytes(clip)))

    assert layout.profile.damaged_frames > 0
    assert sum(f.damaged for f in all_frames(bytes(clip), layout)) == layout.profile.damaged_frames


def test_a_disk_that_fails_is_not_blamed_on_the_video() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 4000:
                raise OSError(5, "Input/output error")
            return super().read(min(size or 0, 2000))

    with pytest.raises(StorageFailed):
        READER.probe(Failing(make(Recipe())))


def test_frames_of_another_video_are_refused() -> None:
    layout = READER.probe(io.BytesIO(make(Recipe())))
    other = make(Recipe(times=tuple(500 * index for index in range(30))))

    with pytest.raises(UnreadableVideo, match="same frames"):
        list(READER.frames(io.BytesIO(other), layout, 3, 9))


def test_the_name_of_the_file_is_in_no_message(tmp_path: Path) -> None:
    path = tmp_path / "anna_müller_2019.mp4"
    path.write_bytes(make(Recipe())[:-100])

    with path.open("rb") as file, pytest.raises(UnreadableVideo) as caught:
        READER.probe(file)
    error: BaseException | None = caught.value
    while error is not None:
        assert "anna" not in f"{error} {error.args}"
        error = error.__cause__ or error.__context__
