"""What stands still is seen between two segments, too."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np

from swaddle.gate.looking import FramePair, Looker
from swaddle.kernel.findings import FindingKind, Look
from swaddle.kernel.frames import Frame, still
from swaddle.kernel.tables import Rendered
from swaddle.kernel.video import Segment

SEGMENT = Segment(index=0, first_frame=0, last_frame=1, first_pts=0, last_pts=1)


class Nobody:
    """Sees nobody."""

    def faces(self, frame: Frame, turns: object, *, sampled: bool) -> Iterator[tuple[str, object]]:
        return iter(())

    def persons(self, frame: Frame) -> tuple[()]:
        return ()


def moving(number: int) -> Frame:
    """Return a picture that differs from those of other numbers."""
    noise = np.random.default_rng(number).uniform(0, 255, (90, 160, 3)).astype(np.float32)
    picture = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 6), None, 0, 255, cv2.NORM_MINMAX)
    return replace(still(picture.astype(np.uint8)), number=number)


def looked(outputs: Sequence[Frame], *, black: bool = False) -> Look:
    """Look at two frames and at the one behind them; the original moves."""
    looker = Looker(Nobody(), Nobody())  # type: ignore[arg-type]
    box = np.array([0, 0, 160, 90], np.float32)
    row = {"rendered": Rendered.BLACK, "box": box, "meshed": False, "frame": 0, "track": -1}
    for number in (0, 1):
        regions = [row] if black else []
        looker.look(FramePair(moving(number), outputs[number], regions, {}))
    looker.watch_motion(moving(2), outputs[2])
    return looker.result(SEGMENT)


def test_a_video_that_moves_is_not_frozen() -> None:
    assert looked([moving(0), moving(1), moving(2)]).suspicions == ()


def test_a_frame_that_repeats_the_last_one_of_a_segment_is_frozen() -> None:
    (found,) = looked([moving(0), moving(1), replace(moving(1), number=2)]).suspicions

    assert (found.kind, found.frame) == (FindingKind.FROZEN, 2)


def test_black_frames_are_counted_by_the_segment_they_belong_to() -> None:
    outputs = [moving(number).black() for number in range(3)]

    assert looked(outputs).black_frames == 2


def test_what_is_black_by_plan_stands_still_by_plan() -> None:
    outputs = [moving(number).black() for number in range(3)]

    assert looked(outputs, black=True).suspicions == ()
