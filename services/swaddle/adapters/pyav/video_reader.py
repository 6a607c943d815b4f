"""Reads videos with FFmpeg's decoders."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from av import VideoFrame, VideoStream
from av.container import InputContainer

from swaddle.kernel.errors import UnreadableVideo
from swaddle.kernel.frames import Frame
from swaddle.kernel.video import Layout, grid_of, lay_out

from .ahead import ahead
from .completeness import check_complete
from .decoding import configure, video_stream
from .limits import Limits
from .opening import DAMAGED, opened, translated
from .orientation import upright
from .pixels import converted, planes_of
from .profiling import profile_of
from .seeking import promised, starts
from .survey import Survey, skim_of, survey_of

Read = Callable[[InputContainer, VideoStream, Limits], Survey]


@dataclass(frozen=True, slots=True)
class PyavVideoReader:
    """Decodes on the CPU. Files are taken for hostile: see `opening` and `limits`."""

    limits: Limits = field(default_factory=Limits)
    threads: int = 0
    """Of the decoder; 0 takes all cores."""

    def probe(self, source: BinaryIO) -> Layout:
        """Decode once, in one go."""
        return self._layout(source, survey_of)

    def skim(self, source: BinaryIO) -> Layout:
        """Decode until there is a picture, and believe the packets."""
        return self._layout(source, skim_of)

    def _layout(self, source: BinaryIO, read: Read) -> Layout:
        with translated(DAMAGED):
            check_complete(source)
        with opened(source, max_pixels=str(self.limits.max_pixels)) as container:
            stream = self._stream(container, looked_at=False)
            survey = read(container, stream, self.limits)
            profile = profile_of(container, stream, survey)
        self.limits.check_rate(profile.average_rate)
        timestamps = tuple(survey.timestamps)
        return Layout(
            profile=profile,
            timestamps=timestamps,
            key_frames=tuple(survey.key_frames),
            segments=lay_out(timestamps, len(timestamps), grid_of(profile.average_rate)),
        )

    def frames(self, source: BinaryIO, layout: Layout, first: int, last: int) -> Iterator[Frame]:
        """Decode, on a thread of its own, a few frames ahead of whoever works on them."""
        return ahead(self._frames(source, layout, first, last))

    def _frames(self, source: BinaryIO, layout: Layout, first: int, last: int) -> Iterator[Frame]:
        """
        Decode from the key frame before `first`.

        Where that does not give the frames of the layout, decode from further back, and at last
        from the beginning.
        """
        number = first
        for start in starts(layout, first):
            with opened(source, max_pixels=str(self.limits.max_pixels)) as container:
                stream = self._stream(container, looked_at=True)
                for picture in promised(container, stream, layout, start, number):
                    yield _frame(picture, layout, number)
                    number += 1
                    if number > last:
                        return
        raise UnreadableVideo(
            "The video is damaged: it does not give the same frames each time it is decoded."
        )

    def _stream(self, container: InputContainer, *, looked_at: bool) -> VideoStream:
        self.limits.check_streams(len(container.streams))
        stream = video_stream(container)
        self.limits.check_size(stream.width, stream.height)
        configure(stream, self.threads, self.limits.max_pixels, looked_at=looked_at)
        return stream


def _frame(picture: VideoFrame, layout: Layout, number: int) -> Frame:
    profile = layout.profile
    planes = planes_of(converted(picture, profile.pixel_format))
    turns, mirrored = profile.quarter_turns, profile.mirrored
    luma, blue, red = (upright(plane, turns, mirrored=mirrored) for plane in planes)
    if luma.shape != (profile.height, profile.width):
        raise UnreadableVideo("The size of the picture changes in the middle of the video.")
    return Frame(
        number=number,
        pts=layout.timestamps[number],
        planes=(luma, blue, red),
        sampling=profile.sampling,
        damaged=picture.is_corrupt,
    )
