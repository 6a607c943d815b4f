"""What stands still is seen between two segments, too."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest

from swaddle.gate.looking import FramePair, Looker
from swaddle.kernel.faces import RIGHT_EYE_OUTER
from swaddle.kernel.findings import FindingKind, Look
from swaddle.kernel.frames import Frame, still
from swaddle.kernel.tables import Rendered
from swaddle.kernel.video import Segment

SEGMENT = Segment(index=0, first_frame=0, last_frame=1, first_pts=0, last_pts=1)


WHOLE = (0, 0, 160, 90)
HEAD = (40, 10, 110, 80)


class Nobody:
    """Sees nobody."""

    def faces(self, frame: Frame, turns: object, *, sampled: bool) -> Iterator[tuple[str, object]]:
        return iter(())

    def persons(self, frame: Frame) -> tuple[()]:
        return ()


KNOWN = {-1: {"occlusion": np.zeros((48, 48), np.uint8), "meshed": False}}
"""Nothing is in front of the face, of which nobody knows how it lies."""


def moving(number: int) -> Frame:
    """Return a picture that differs from those of other numbers."""
    noise = np.random.default_rng(number).uniform(0, 255, (90, 160, 3)).astype(np.float32)
    picture = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 6), None, 0, 255, cv2.NORM_MINMAX)
    return replace(still(picture.astype(np.uint8)), number=number)


def looked(outputs: Sequence[Frame], *, black: bool = False) -> Look:
    """Look at two frames and at the one behind them; the original moves."""
    looker = Looker(Nobody(), Nobody())  # type: ignore[arg-type]
    for number in (0, 1):
        regions = [hidden(Rendered.BLACK, WHOLE)] if black else []
        looker.look(FramePair(moving(number), outputs[number], regions, KNOWN))
    looker.watch_motion(moving(2), outputs[2])
    return looker.result(SEGMENT)


def hidden(how: Rendered, box: tuple[int, int, int, int]) -> dict[str, object]:
    """Return a row of the table of regions."""
    place = np.array(box, np.float32)
    return {"rendered": how, "box": place, "meshed": False, "frame": 0, "track": -1}


def frozen(
    originals: Sequence[Frame],
    outputs: Sequence[Frame],
    regions: Sequence[Sequence[dict[str, object]]],
    *,
    looked_at: int,
) -> list[int]:
    """Return where frames stand still, if so many are looked at before a segment ends."""
    looker = Looker(Nobody(), Nobody())  # type: ignore[arg-type]
    for number, (original, output) in enumerate(zip(originals, outputs, strict=True)):
        if number < looked_at:
            looker.look(FramePair(original, output, regions[number], KNOWN))
        else:
            looker.watch_motion(original, output)
    found = looker.result(SEGMENT).suspicions
    return [suspicion.frame for suspicion in found if suspicion.kind is FindingKind.FROZEN]


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


def talking(number: int) -> Frame:
    """Return a picture that stands still but for a head."""
    picture = moving(0).bgr().copy()
    x0, y0, x1, y1 = HEAD
    picture[y0 + 10 : y1 - 10, x0 + 10 : x1 - 10] = moving(number).bgr()[y0 + 10 : y1 - 10, 50:100]
    return replace(still(picture), number=number)


def blackened(frame: Frame) -> Frame:
    """Return the picture without the head."""
    picture = frame.bgr().copy()
    x0, y0, x1, y1 = HEAD
    picture[y0:y1, x0:x1] = 0
    return replace(still(picture), number=frame.number)


@pytest.mark.parametrize("how", [Rendered.BLACKOUT, Rendered.COVER, Rendered.BLUR])
def test_a_picture_in_which_only_a_hidden_head_moves_is_not_frozen(how: Rendered) -> None:
    originals = [talking(number) for number in range(3)]
    outputs = [blackened(frame) for frame in originals]
    regions = [[hidden(how, HEAD)]] * 3

    assert frozen(originals, outputs, regions, looked_at=2) == []


def test_a_picture_that_stands_still_beside_a_hidden_head_is_frozen() -> None:
    originals = [moving(number) for number in range(3)]
    outputs = [replace(blackened(originals[0]), number=number) for number in range(3)]
    regions = [[hidden(Rendered.BLACKOUT, HEAD)]] * 3

    assert frozen(originals, outputs, regions, looked_at=2) == [1, 2]


def test_a_synthetic_face_that_stands_still_is_frozen() -> None:
    originals = [talking(number) for number in range(3)]
    outputs = [replace(originals[0], number=number) for number in range(3)]
    landmarks = np.zeros((468, 3), np.float32)
    regions = [[{**hidden(Rendered.SWAP, HEAD), "landmarks": landmarks}]] * 3

    assert frozen(originals, outputs, regions, looked_at=2) == [1, 2]


@pytest.mark.parametrize("black", [0, 1])
def test_where_a_segment_ends_does_not_change_what_stands_still(black: int) -> None:
    night = replace(moving(0).black(), number=0)
    originals = [night, moving(1)] if black else [moving(0), replace(night, number=1)]
    outputs = [replace(night, number=number) for number in (0, 1)]
    regions = [[hidden(Rendered.BLACK, WHOLE)] if number == black else [] for number in (0, 1)]

    within = frozen(originals, outputs, regions, looked_at=2)

    assert frozen(originals, outputs, regions, looked_at=1) == within


def test_a_head_is_looked_at_as_it_lies_whatever_was_done_to_it() -> None:
    class Listening(Nobody):
        turns: object = None

        def faces(
            self, frame: Frame, turns: object, *, sampled: bool
        ) -> Iterator[tuple[str, object]]:
            self.turns = turns
            return iter(())

    lying = np.zeros((468, 3))
    lying[RIGHT_EYE_OUTER, 1] = 20.0
    track = KNOWN[-1] | {"meshed": True, "landmarks": lying}
    watcher = Listening()
    looker = Looker(watcher, Nobody())  # type: ignore[arg-type]
    looker.look(FramePair(moving(1), moving(1), [hidden(Rendered.BLUR, HEAD)], {-1: track}))

    # Upright, as it lies, and one of the others in turn.
    assert watcher.turns == (0, 2, 3)
