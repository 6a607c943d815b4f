"""A few frames of the finished video: what was anonymized, and nothing else."""

import base64
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

import numpy as np

from swaddle.certification.tally import Tally
from swaddle.kernel.findings import Finding
from swaddle.kernel.frames import Frame, to_jpeg
from swaddle.kernel.ports import VideoReader
from swaddle.kernel.tables import Rendered
from swaddle.kernel.video import Layout, output_layout

MOST: Final = 8
SIDE: Final = 360
"""The longer side, in pixels: enough to see what was done, too little to matter in a mail."""
QUALITY: Final = 78
DISTANCE: Final = 12
"""Frames around a finding that are not shown: the gate is sure of a face later than it is there."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One frame."""

    time_s: float
    width: int
    height: int
    data: str
    """A data URI."""


def choose(tally: Tally, layout: Layout, findings: Sequence[Finding]) -> list[int]:
    """
    Return at most eight frames, spread over the video, that may be shown.

    Nothing is shown that the gate found fault with, and no face that was left as it is. Among
    the others, those with most people come first, then those that are quickly decoded.
    """
    frames = layout.profile.frames
    borders = [index * frames // MOST for index in range(MOST + 1)]
    allowed = _allowed(tally, layout, findings)
    chosen = []
    for low, high in itertools.pairwise(borders):
        slot = np.flatnonzero(allowed[low:high]) + low
        if len(slot):
            busy = tally.busy[tally.stretches.index(slot)]
            best = slot[busy == busy.max()]
            waste = [frame - layout.segment_of(frame).first_frame for frame in best.tolist()]
            chosen.append(int(best[int(np.argmin(waste))]))
    return chosen


def _allowed(tally: Tally, layout: Layout, findings: Sequence[Finding]) -> np.ndarray:
    everyone = [*tally.subjects.values(), tally.unnamed]
    bare = np.sum([one.rendered[:, Rendered.EXEMPT] for one in everyone], axis=0) > 0
    # The stretches beside a bare one as well: a face is there before it is found.
    bare = np.convolve(bare, [1, 1, 1], "same") > 0
    allowed = ~bare[tally.stretches.index(np.arange(layout.profile.frames))]
    for finding in findings:
        allowed[max(0, finding.first_frame - DISTANCE) : finding.last_frame + DISTANCE + 1] = False
    return allowed


def take(
    reader: VideoReader, output: BinaryIO, layout: Layout, frames: Sequence[int]
) -> list[Picture]:
    """Decode some frames of a finished video, in ascending order."""
    finished = output_layout(layout)
    pictures: list[Picture] = []
    for segment in finished.segments:
        mine = [f for f in frames if segment.first_frame <= f <= segment.last_frame]
        if mine:
            pictures += _taken(reader.frames(output, finished, mine[0], mine[-1]), mine, layout)
    return pictures


def _taken(frames: Iterator[Frame], wanted: Sequence[int], layout: Layout) -> Iterator[Picture]:
    for frame in frames:
        if frame.number in wanted:
            yield _picture(frame, layout)


def _picture(frame: Frame, layout: Layout) -> Picture:
    profile = layout.profile
    across = frame.width * float(profile.sample_aspect_ratio)
    scale = min(1.0, SIDE / max(across, frame.height))
    width, height = max(1, round(across * scale)), max(1, round(frame.height * scale))
    jpeg = base64.b64encode(to_jpeg(frame.scaled(width, height), QUALITY)).decode()
    time = float((frame.pts - layout.timestamps[0]) * profile.time_base)
    return Picture(time, width, height, f"data:image/jpeg;base64,{jpeg}")
