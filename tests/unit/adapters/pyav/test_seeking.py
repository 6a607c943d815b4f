"""A jump into a video leads to the pictures that decoding from its beginning gives."""

import io
from dataclasses import replace
from typing import cast

import av
import numpy as np
import pytest
from av import VideoStream
from av.container import InputContainer

from swaddle.adapters.pyav.seeking import promised, starts
from swaddle.adapters.pyav.video_reader import PyavVideoReader
from swaddle.kernel.errors import UnreadableVideo

FRAMES = 60
WANTED = 40

CODECS = {
    "libx264": {"g": "25", "bf": "8"},
    "libx265": {"x265-params": "bframes=8:temporal-layers=3:keyint=25:log-level=none"},
    "mpeg4": {"g": "12", "bf": "2"},
    "libsvtav1": {"g": "25", "preset": "10"},
}


def video(codec: str) -> io.BytesIO:
    """Return a video in which a stripe moves, with pictures that none is predicted from."""
    stored = io.BytesIO()
    with av.open(stored, "w", format="mp4") as container:
        stream = cast(VideoStream, container.add_stream(codec, rate=25, options=CODECS[codec]))
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for number in range(FRAMES):
            picture = np.full((120, 160, 3), 60, np.uint8)
            picture[:, 2 * number : 2 * number + 20] = 200
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode())
    return stored


@pytest.mark.parametrize("codec", CODECS)
def test_the_nearest_key_frame_is_a_place_to_begin_at(codec: str) -> None:
    stored = video(codec)
    layout = PyavVideoReader().probe(stored)
    whole = [frame.planes[0] for frame in PyavVideoReader().frames(stored, layout, 0, FRAMES - 1)]
    nearest = next(starts(layout, WANTED))
    assert nearest is not None
    stored.seek(0)

    with cast(InputContainer, av.open(stored)) as container:
        stream = container.streams.video[0]
        found = [
            picture.to_ndarray()[:120]
            for picture in promised(container, stream, layout, nearest, WANTED)
        ]

    assert len(found) == FRAMES - WANTED
    for one, other in zip(found, whole[WANTED:], strict=True):
        assert np.array_equal(one, other)


def test_frames_of_another_size_than_the_layout_are_refused() -> None:
    stored = video("libx264")
    layout = PyavVideoReader().probe(stored)
    other = replace(layout, profile=replace(layout.profile, width=320, height=240))

    with pytest.raises(UnreadableVideo, match="size of the picture changes"):
        list(PyavVideoReader().frames(stored, other, 0, 3))
