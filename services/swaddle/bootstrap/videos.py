"""What reads and writes videos and rendered scenes."""

from typing import Final

from swaddle.kernel.ports import VideoReader, VideoWriter
from swaddle.scenes.ports import LooksSource, SceneWriter
from swaddle.settings import Settings

ENCODER_THREADS: Final = 2
"""Of libx264, in each process. Another number would give other bytes: the same key and the same
video give the same file, however many cores and processes there are."""


def video_reader(settings: Settings) -> VideoReader:
    """Return the decoder."""
    from swaddle.adapters.pyav.video_reader import PyavVideoReader

    return PyavVideoReader(threads=settings.threads)


def video_writer(settings: Settings) -> VideoWriter:
    """Return the encoder."""
    from swaddle.adapters.pyav.video_writer import PyavVideoWriter

    return PyavVideoWriter(preset=settings.preset, crf=settings.crf, threads=ENCODER_THREADS)


def looks_source() -> LooksSource:
    """Open what knows how synthetic people look."""
    from swaddle.adapters.appearance.looks_source import AppearanceLooksSource

    return AppearanceLooksSource()


def scene_writer() -> SceneWriter:
    """Return what stores rendered scenes."""
    from swaddle.adapters.pyav.scene_writer import PyavSceneWriter

    return PyavSceneWriter()
