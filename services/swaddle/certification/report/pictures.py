"""A few frames of the finished video: what was anonymized, and nothing else."""

import base64
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from swaddle.certification.tally import Tally
from swaddle.kernel.findings import Finding
from swaddle.kernel.ports import Columns
from swaddle.kernel.tables import Rendered
from swaddle.kernel.video import Layout

MOST: Final = 8
DISTANCE: Final = 12
"""Frames around a finding that are not shown: the gate is sure of a face later than it is there."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One frame."""

    frame: int
    time_s: float
    width: int
    height: int
    data: str
    """A data URI."""


def choose(
    kept: Columns, tally: Tally, layout: Layout, findings: Sequence[Finding]
) -> list[Picture]:
    """
    Return at most eight pictures, spread over the video, that may be shown.

    `kept`: rows of PICTURES. Nothing is shown that the gate found fault with, and no face that was
    left as it is. Among the others, those with most people come first.
    """
    frames = layout.profile.frames
    borders = [index * frames // MOST for index in range(MOST + 1)]
    number = kept["frame"]
    allowed = _allowed(tally, layout, findings)[number]
    chosen = []
    for low, high in itertools.pairwise(borders):
        slot = np.flatnonzero(allowed & (number >= low) & (number < high))
        if len(slot):
            busy = tally.busy[tally.stretches.index(number[slot])]
            chosen.append(_picture(kept, int(slot[np.argmax(busy)]), layout))
    return chosen


def _allowed(tally: Tally, layout: Layout, findings: Sequence[Finding]) -> NDArray[np.bool_]:
    everyone = [*tally.subjects.values(), tally.unnamed]
    bare = np.sum([one.rendered[:, Rendered.EXEMPT] for one in everyone], axis=0) > 0
    # The stretches beside a bare one as well: a face is there before it is found.
    bare = np.convolve(bare, [1, 1, 1], "same") > 0
    allowed = ~bare[tally.stretches.index(np.arange(layout.profile.frames))]
    for finding in findings:
        allowed[max(0, finding.first_frame - DISTANCE) : finding.last_frame + DISTANCE + 1] = False
    return allowed


def _picture(kept: Columns, row: int, layout: Layout) -> Picture:
    frame = int(kept["frame"][row])
    since = layout.timestamps[frame] - layout.timestamps[0]
    jpeg = base64.b64encode(kept["picture"][row]).decode()
    return Picture(
        frame=frame,
        time_s=float(since * layout.profile.time_base),
        width=int(kept["width"][row]),
        height=int(kept["height"][row]),
        data=f"data:image/jpeg;base64,{jpeg}",
    )
