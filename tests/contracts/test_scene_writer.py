"""What everything that stores scenes promises; an independent reader looks at the files."""

import errno
import io
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import av
import numpy as np
import pytest

from swaddle.adapters.pyav.scene_writer import PyavSceneWriter
from swaddle.adapters.pyav.video_reader import PyavVideoReader
from swaddle.kernel.errors import StorageFailed
from swaddle.kernel.frames import Frame, Image
from swaddle.scenes.ports import Recording, SceneWriter
from swaddle.scenes.sound import RATE, TONES, hum

EVEN = tuple(Fraction(n, 25) for n in range(12))
UNEVEN = tuple(Fraction(n, 60) for n in (0, 2, 5, 6, 10, 12, 15, 16))
SILENCE = np.zeros((0, 2), np.int16)


def corner(number: int) -> Image:
    """Return a grey picture that is white in its upper left corner, and tells its number."""
    picture = np.full((96, 160, 3), 90, np.uint8)
    picture[:32, :48] = 230
    picture[64:, 112:] = 20 + 8 * number
    return picture


class FullDisk(io.BytesIO):
    def write(self, _: Any) -> int:  # noqa: ANN401 - any buffer
        raise OSError(errno.ENOSPC, "No space left on device")


class SceneWriterContract:
    @pytest.fixture
    def writer(self) -> SceneWriter:
        raise NotImplementedError

    def stored(
        self,
        writer: SceneWriter,
        times: tuple[Fraction, ...] = EVEN,
        sound: np.ndarray[Any, Any] = SILENCE,
        **recording: int,
    ) -> io.BytesIO:
        target = io.BytesIO()
        pictures = ((time, corner(number)) for number, time in enumerate(times))
        writer.write(pictures, sound, Recording(**recording), target)
        target.seek(0)
        return target

    def frames(self, file: io.BytesIO) -> Iterator[tuple[Fraction, Frame]]:
        reader = PyavVideoReader()
        layout = reader.probe(file)
        for frame in reader.frames(file, layout, 0, layout.profile.frames - 1):
            yield frame.pts * layout.profile.time_base, frame

    @pytest.mark.parametrize("times", [EVEN, UNEVEN], ids=["even", "uneven"])
    def test_each_picture_is_shown_at_its_time(
        self, writer: SceneWriter, times: tuple[Fraction, ...]
    ) -> None:
        shown = [time for time, _ in self.frames(self.stored(writer, times))]

        assert [b - a for a, b in pairwise(shown)] == [b - a for a, b in pairwise(times)]

    @pytest.mark.parametrize("rotation", [0, 90, 180, 270])
    def test_pictures_are_shown_upright_however_they_are_stored(
        self, writer: SceneWriter, rotation: int
    ) -> None:
        file = self.stored(writer, rotation=rotation)
        for number, (_, frame) in enumerate(self.frames(file)):
            error = np.abs(frame.bgr().astype(int) - corner(number))
            assert (frame.width, frame.height) == (160, 96)
            assert error.mean() < 3

    @pytest.mark.parametrize(("rotation", "size"), [(0, (160, 96)), (90, (96, 160))])
    def test_a_turned_camera_stores_turned_pictures(
        self, writer: SceneWriter, rotation: int, size: tuple[int, int]
    ) -> None:
        file = self.stored(writer, rotation=rotation)
        turns = PyavVideoReader().probe(file).profile.quarter_turns
        file.seek(0)
        with av.open(file) as container:
            context = container.streams.video[0].codec_context
            assert (context.width, context.height) == size
        assert turns == rotation // 90

    @pytest.mark.parametrize("depth", [8, 10])
    def test_samples_have_the_bits_that_were_asked_for(
        self, writer: SceneWriter, depth: int
    ) -> None:
        profile = PyavVideoReader().probe(self.stored(writer, depth=depth)).profile

        assert profile.sampling.depth == depth

    def test_sound_is_a_stereo_track_with_a_tone_on_each_side(self, writer: SceneWriter) -> None:
        file = self.stored(writer, sound=hum(2.0))
        with av.open(file) as container:
            stream = container.streams.audio[0]
            samples = np.hstack([f.to_ndarray() for f in container.decode(stream)])
            assert (stream.codec_context.name, stream.codec_context.layout.name) == (
                "aac",
                "stereo",
            )
        spectrum = np.abs(np.fft.rfft(samples[:, : 2 * RATE]))
        assert spectrum.argmax(axis=1) / 2 == pytest.approx(TONES, abs=1)

    def test_without_samples_there_is_no_track(self, writer: SceneWriter) -> None:
        with av.open(self.stored(writer)) as container:
            assert len(container.streams) == 1

    def test_a_full_disk_is_said_plainly(self, writer: SceneWriter) -> None:
        pictures = [(time, corner(0)) for time in EVEN]

        with pytest.raises(StorageFailed, match="cannot be written"):
            writer.write(pictures, SILENCE, Recording(), FullDisk())


class TestPyavSceneWriter(SceneWriterContract):
    @pytest.fixture
    def writer(self) -> PyavSceneWriter:
        return PyavSceneWriter()
