"""Rendered scenes as MP4 files, the way cameras write them."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, BinaryIO, Final

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from swaddle.kernel.errors import StorageFailed
from swaddle.kernel.frames import Image
from swaddle.scenes.ports import Recording
from swaddle.scenes.sound import RATE

TICK: Final = Fraction(1, 90_000)
"""Frames of 24, 25, 30 and 60 a second last a whole number of them."""
OPTIONS: Final = {"preset": "veryfast", "crf": "12"}
FORMATS: Final = {8: "yuv420p", 10: "yuv420p10le"}
AAC_FRAME: Final = 1024


class PyavSceneWriter:
    """Encodes with libx264 and FFmpeg's AAC."""

    def write(
        self,
        pictures: Iterable[tuple[Fraction, Image]],
        sound: NDArray[np.int16],
        recording: Recording,
        target: BinaryIO,
    ) -> None:
        """Turn the pictures against the rotation, so that a player shows them upright."""
        shown = iter(pictures)
        first = next(shown)
        try:
            with av.open(target, "w", format="mp4") as container:
                video = container.add_stream("libx264", rate=Fraction(30), options=OPTIONS)
                _configure(video, first[1], recording)
                # A display matrix turns counterclockwise.
                video.set_display_rotation(-recording.rotation, False, False)  # noqa: FBT003 - PyAV's
                audio = container.add_stream("aac", rate=RATE) if len(sound) else None
                if audio is not None:
                    audio.codec_context.layout = "stereo"
                for packet in _video_packets(video, _chained(first, shown), recording):
                    container.mux(packet)
                if audio is not None:
                    for packet in _sound_packets(audio, sound):
                        container.mux(packet)
        except OSError as error:
            raise StorageFailed(f"The scene cannot be written: {error.strerror}.") from error


def _configure(stream: VideoStream, picture: Image, recording: Recording) -> None:
    height, width = _stored(picture, recording).shape[:2]
    context = stream.codec_context
    context.width, context.height = width, height
    context.pix_fmt = FORMATS[recording.depth]
    context.time_base = stream.time_base = TICK


def _chained(
    first: tuple[Fraction, Image], rest: Iterator[tuple[Fraction, Image]]
) -> Iterator[tuple[Fraction, Image]]:
    yield first
    yield from rest


def _stored(picture: Image, recording: Recording) -> Image:
    return np.ascontiguousarray(np.rot90(picture, recording.rotation // 90))


def _video_packets(
    stream: VideoStream, pictures: Iterator[tuple[Fraction, Image]], recording: Recording
) -> "Iterator[av.Packet[Any]]":
    for time, picture in pictures:
        frame = av.VideoFrame.from_ndarray(_stored(picture, recording), format="bgr24")
        frame = frame.reformat(format=FORMATS[recording.depth])
        frame.pts, frame.time_base = round(time / TICK), TICK
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _sound_packets(stream: AudioStream, sound: NDArray[np.int16]) -> "Iterator[av.Packet[Any]]":
    for begin in range(0, len(sound), AAC_FRAME):
        piece = sound[begin : begin + AAC_FRAME].astype(np.float32).T / 32768
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece), "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, begin, Fraction(1, RATE)
        yield from stream.encode(frame)
    yield from stream.encode(None)
