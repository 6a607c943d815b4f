from collections.abc import Sequence

import numpy as np
import pytest

from swaddle.certification.features import feature_rows
from swaddle.certification.naming import Naming
from swaddle.certification.report.pictures import MOST, choose
from swaddle.certification.tally import Stretches, Tally
from swaddle.kernel.findings import Finding
from swaddle.kernel.tables import PICTURES, REGIONS, TRACKS, Rendered, assemble
from tests.unit.certification.material import FRAMES, SEEN, done, kept, layout, plan, seen


def tally_of(kinds: dict[int, Rendered]) -> Tally:
    """Return what is known of a video with one face, treated as said in some frames."""
    tracks = assemble([seen(frame, 0) for frame in kinds], TRACKS)
    regions = assemble([done(frame, 0, kind) for frame, kind in kinds.items()], REGIONS)
    tally = Tally(Stretches.of(layout()))
    tally.add(feature_rows(tracks, regions, Naming(plan())), regions)
    return tally


def shown(
    kinds: dict[int, Rendered], *findings: Finding, frames: Sequence[int] = range(FRAMES)
) -> list[int]:
    """Return which frames are chosen of those that were kept."""
    pictures = assemble([kept(frame) for frame in frames], PICTURES)
    return [one.frame for one in choose(pictures, tally_of(kinds), layout(), findings)]


def test_pictures_are_spread_over_the_video() -> None:
    chosen = shown({0: Rendered.SWAP})

    assert len(chosen) == MOST
    assert np.diff([frame * MOST // FRAMES for frame in chosen]).tolist() == [1] * (MOST - 1)


def test_frames_with_people_come_first() -> None:
    chosen = shown(dict.fromkeys((1, 5, 23), Rendered.SWAP))

    assert {1, 5, 23} <= set(chosen)


@pytest.mark.parametrize("bare", [0, 11, FRAMES - 1])
def test_a_face_that_was_left_as_it_is_is_not_shown(bare: int) -> None:
    kinds = dict.fromkeys(range(FRAMES), Rendered.SWAP) | {bare: Rendered.EXEMPT}
    chosen = shown(kinds)

    assert chosen
    assert not {bare - 1, bare, bare + 1} & set(chosen)


def test_nothing_is_shown_around_a_finding() -> None:
    kinds = dict.fromkeys(range(FRAMES), Rendered.SWAP)
    chosen = shown(kinds, SEEN)

    assert chosen
    assert min(chosen) > SEEN.last_frame + 12


def test_only_what_was_kept_can_be_shown() -> None:
    assert shown({0: Rendered.SWAP}, frames=(4, 8)) == [4, 8]
    assert shown({0: Rendered.SWAP}, frames=()) == []


def test_a_picture_says_when_it_is_and_how_large() -> None:
    pictures = assemble([kept(15)], PICTURES)
    (picture,) = choose(pictures, tally_of({}), layout(), ())

    assert picture.time_s == pytest.approx(0.5)
    assert (picture.width, picture.height) == (96, 64)
    assert picture.data.startswith("data:image/jpeg;base64,/9j/")
