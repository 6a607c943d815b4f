"""Writes videos with libx264 and FFmpeg's muxers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from swaddle.kernel.facts import FileFacts
from swaddle.kernel.frames import Frame
from swaddle.kernel.video import Layout

from .containers import check_fit
from .encoding import Quality, write_segment
from .file_facts import facts_of
from .joining import join_segments
from .opening import opened
from .profiling import sounds


@dataclass(frozen=True, slots=True, kw_only=True)
class PyavVideoWriter:
    """Encodes on the CPU."""

    preset: str = "veryfast"
    """Of libx264: how much time it takes to make the file small."""
    crf: float = 14
    """Of libx264: constant rate factor, 0 is lossless, 51 is worst."""
    coarsest: int = 16
    """Largest quantizer of libx264, on the scale of eight bits. It bounds the error whatever the
    content: grain that no rate factor keeps at 45 dB stays at 45.9 (15), 45.2 (16), 44.3 (17)."""
    threads: int = 0
    """Of the encoder; 0 takes all cores."""

    def encode(self, frames: Iterable[Frame], layout: Layout, target: BinaryIO) -> None:
        """Encode with libx264 into a NUT file."""
        quality = Quality(
            preset=self.preset, crf=self.crf, coarsest=self.coarsest, threads=self.threads
        )
        write_segment(frames, layout, quality, target)

    def join(
        self,
        segments: Iterable[BinaryIO],
        sound: BinaryIO | None,
        layout: Layout,
        container: str,
        target: BinaryIO,
    ) -> None:
        """Write MP4 (with its index in front), MOV or Matroska."""
        join_segments(segments, sound, layout, container, target)

    def fits(self, sound: BinaryIO | None, layout: Layout, container: str) -> None:
        """Ask FFmpeg's muxers."""
        if sound is None:
            check_fit(container, layout, ())
            return
        with opened(sound) as source:
            check_fit(container, layout, sounds(source))

    def facts(self, output: BinaryIO) -> FileFacts:
        """Read all packets and decode none."""
        return facts_of(output)
