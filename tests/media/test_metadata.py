"""What a file says beside pictures and sound does not come out again."""

import io
import struct
from fractions import Fraction

import av
import pytest

from swaddle.kernel.facts import StreamKind
from tests.media.clips import Recipe, Sound, cover_picture, make
from tests.media.journey import READER, WRITER, travelled, words_of

# "Lavc" is not among them: an AAC encoder may write its name into the sound, which is copied as
# it is.
SECRETS = ("Anna", "Brno", "+49.1951+016.6068/", "2019", "iPhone", "x264", "01:02:03:04")
TAGS = {
    "title": "Anna, visit 2",
    "comment": "recorded in Brno",
    "location": "+49.1951+016.6068/",
    "creation_time": "2019-05-04T10:11:12Z",
    "make": "iPhone",
}
VIDEO_TAGS = {
    "handler_name": "Anna's iPhone",
    "creation_time": "2019-05-04T10:11:12Z",
    "timecode": "01:02:03:04",
}


@pytest.fixture(scope="module", params=["mp4", "mov", "matroska"])
def talkative(request: pytest.FixtureRequest) -> bytes:
    """A clip that says a lot about a child."""
    return make(
        Recipe(
            container=request.param,
            time_base=Fraction(1, 1000),
            sounds=(Sound(language="ces"),),
            tags=TAGS,
            video_tags=VIDEO_TAGS,
            muxing={"movflags": "use_metadata_tags"} if request.param != "matroska" else {},
        )
    )


@pytest.fixture(scope="module")
def crowded() -> bytes:
    """A clip with subtitles, an attached picture and chapters."""
    target = io.BytesIO()
    with av.open(target, "w", format="matroska") as container:
        container.set_chapters(
            [
                {
                    "id": 1,
                    "start": 0,
                    "end": 500,
                    "time_base": Fraction(1, 1000),
                    "metadata": {"title": "Anna eats"},
                }
            ]
        )
        source = av.open(io.BytesIO(make(Recipe(time_base=Fraction(1, 1000), sounds=(Sound(),)))))
        streams = {s.index: container.add_stream_from_template(s) for s in source.streams}
        subtitles = container.add_mux_stream("subrip")
        container.add_attachment("anna.jpg", "image/jpeg", cover_picture())
        spoken = av.Packet(b"Anna says something")
        spoken.stream, spoken.pts, spoken.dts, spoken.duration = subtitles, 0, 0, 500
        spoken.time_base = Fraction(1, 1000)
        container.mux(spoken)
        for packet in source.demux():
            if packet.size:
                packet.stream = streams[packet.stream_index]
                container.mux(packet)
    return target.getvalue()


@pytest.mark.parametrize("container", ["mp4", "mov", "mkv"])
def test_no_tag_comes_out(talkative: bytes, container: str) -> None:
    said = " ".join(words_of(travelled(talkative, container)))

    assert said
    assert [secret for secret in SECRETS if secret in said] == []


@pytest.mark.parametrize("container", ["mp4", "mov", "mkv"])
def test_no_byte_of_them_comes_out(talkative: bytes, container: str) -> None:
    finished = travelled(talkative, container)

    assert b"Anna" in talkative
    assert [secret for secret in SECRETS if secret.encode() in finished] == []


def test_the_dates_of_mp4_are_zero(talkative: bytes) -> None:
    finished = travelled(talkative)
    for box in (b"mvhd", b"tkhd", b"mdhd"):
        place = finished.index(box) + 8

        assert struct.unpack(">II", finished[place : place + 8]) == (0, 0)


def test_the_language_of_the_sound_stays(talkative: bytes) -> None:
    assert "language=ces" in set(words_of(travelled(talkative)))


def test_only_pictures_and_sound_come_out(crowded: bytes) -> None:
    facts = WRITER.facts(io.BytesIO(travelled(crowded)))

    assert [stream.kind for stream in facts.streams] == [StreamKind.VIDEO, StreamKind.AUDIO]
    assert facts.chapters == 0


def test_what_was_left_out_is_said(crowded: bytes) -> None:
    notes = READER.probe(io.BytesIO(crowded)).profile.notes

    assert "1 subtitle stream was left out." in notes
    assert "1 cover picture stream was left out." in notes
    assert "The chapter marks were left out." in notes


def test_a_time_code_track_is_left_out(talkative: bytes) -> None:
    before = WRITER.facts(io.BytesIO(talkative))
    after = WRITER.facts(io.BytesIO(travelled(talkative)))

    assert after.of_kind(StreamKind.OTHER) == ()
    assert len(before.streams) >= len(after.streams)


def test_captions_inside_the_pictures_are_left_out() -> None:
    """The encoder of the clip wrote its settings into a message beside the pictures."""
    clip = make(Recipe(options={"preset": "veryfast"}))
    facts = WRITER.facts(io.BytesIO(travelled(clip)))

    assert 6 in WRITER.facts(io.BytesIO(clip)).of_kind(StreamKind.VIDEO)[0].nal_units
    assert facts.of_kind(StreamKind.VIDEO)[0].nal_units <= {1, 5, 7, 8, 9}


def test_sound_can_be_left_out() -> None:
    finished = travelled(make(Recipe(sounds=(Sound(),))), sound=False)

    assert WRITER.facts(io.BytesIO(finished)).of_kind(StreamKind.AUDIO) == ()


def test_the_index_of_mp4_stands_in_front(talkative: bytes) -> None:
    finished = travelled(talkative)

    assert finished.index(b"moov") < finished.index(b"mdat")
