"""
Frames that stand still, or are black, where the original is not.

What is hidden by plan stands still by plan, however much moves behind it: it is left out. Two frames
are compared beside what is hidden in the earlier one, which is the same wherever a segment ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.findings import FindingKind, Suspicion
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Box, Floats
from swaddle.kernel.motion import STANDS, cells, difference, stands_still, turned_black


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """A frame in cells (36, 64)."""

    original: Floats
    output: Floats
    shown: NDArray[np.bool_]
    """Where nothing is hidden by plan."""


@dataclass(slots=True)
class MotionWatch:
    """Compares each frame with the one before, in both videos."""

    black_frames: int = 0
    _before: _Seen | None = field(default=None)

    def look(self, original: Frame, output: Frame, hidden: Sequence[Box] = ()) -> Suspicion | None:
        """
        Return a suspicion where the output stands still and the original does not.

        `hidden`: what is hidden by plan in this frame, in pixels.
        """
        one, other = cells(original), cells(output)
        self.black_frames += turned_black(one, other)
        before, self._before = self._before, _Seen(one, other, _shown(output, hidden, one.shape))
        if before is None or not before.shown.any():
            return None
        where = before.shown
        moved = difference(one[where], before.original[where])
        left = difference(other[where], before.output[where])
        if not stands_still(moved, left):
            return None
        return Suspicion(
            kind=FindingKind.FROZEN,
            frame=output.number,
            x1=float(output.width),
            y1=float(output.height),
            score=round(left / moved, 3),
            threshold=STANDS,
            detector="frame difference",
            sure=True,
        )


def _shown(frame: Frame, hidden: Sequence[Box], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return the cells that no box touches, nor a cell's width around it: its border is soft."""
    shown = np.ones(shape, bool)
    height, width = shape
    for box in hidden:
        x0, x1 = (x * width / frame.width for x in (box.x0, box.x1))
        y0, y1 = (y * height / frame.height for y in (box.y0, box.y1))
        rows = slice(max(0, int(np.floor(y0)) - 1), max(0, int(np.ceil(y1)) + 1))
        columns = slice(max(0, int(np.floor(x0)) - 1), max(0, int(np.ceil(x1)) + 1))
        shown[rows, columns] = False
    return shown
