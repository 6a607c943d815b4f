"""Frames that stand still, or are black, where the original is not."""

from dataclasses import dataclass, field

from swaddle.kernel.findings import FindingKind, Suspicion
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Floats
from swaddle.kernel.motion import STANDS, cells, difference, stands_still, turned_black


@dataclass(slots=True)
class MotionWatch:
    """Compares each frame with the one before, in both videos."""

    black_frames: int = 0
    _before: tuple[Floats, Floats] | None = field(default=None)

    def look(self, original: Frame, output: Frame) -> Suspicion | None:
        """Return a suspicion where the output stands still and the original does not."""
        now = cells(original), cells(output)
        self.black_frames += turned_black(*now)
        before, self._before = self._before, now
        if before is None:
            return None
        moved = [difference(new, old) for new, old in zip(now, before, strict=True)]
        if not stands_still(*moved):
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
