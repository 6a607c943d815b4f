"""Frames that stand still, or are black, where the original is not."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from swaddle.kernel.findings import FindingKind, Suspicion
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Floats

WIDTH, HEIGHT = 64, 36

MOVES: Final = 0.8
"""Mean absolute difference of neighbouring frames of the original, in grey levels of 64 x 36
cells, from which it moves: sensor noise averages out to 0.2 and less."""

STANDS: Final = 0.1
"""Share of the original's difference below which the output stands still."""

BLACK: Final = 6.0
"""Mean brightness (0..255) below which a frame is black; an encoder leaves less than 2."""


@dataclass(slots=True)
class MotionWatch:
    """Compares each frame with the one before, in both videos."""

    black_frames: int = 0
    _before: tuple[Floats, Floats] | None = field(default=None)

    def remember(self, original: Frame, output: Frame) -> None:
        """Take a frame as what the next one is compared with."""
        self._before = _cells(original), _cells(output)

    def look(self, original: Frame, output: Frame) -> Suspicion | None:
        """Return a suspicion where the output stands still and the original does not."""
        cells = _cells(original), _cells(output)
        if cells[1].mean() < BLACK < cells[0].mean() / 2:
            self.black_frames += 1
        before, self._before = self._before, cells
        if before is None:
            return None
        moved = [float(np.abs(now - then).mean()) for now, then in zip(cells, before, strict=True)]
        if moved[0] < MOVES or moved[1] > STANDS * moved[0]:
            return None
        return Suspicion(
            kind=FindingKind.FROZEN,
            frame=output.number,
            x1=float(output.width),
            y1=float(output.height),
            score=round(moved[1] / moved[0], 3),
            threshold=STANDS,
            detector="frame difference",
            sure=True,
        )


def _cells(frame: Frame) -> Floats:
    return frame.scaled(WIDTH, HEIGHT).mean(axis=2)
