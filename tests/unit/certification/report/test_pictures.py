import numpy as np
import pytest

from swaddle.certification.features import feature_rows
from swaddle.certification.naming import Naming
from swaddle.certification.report.pictures import MOST, choose
from swaddle.certification.tally import Stretches, Tally
from swaddle.kernel.tables import REGIONS, TRACKS, Rendered, assemble
from tests.unit.certification.material import FRAMES, SEEN, done, layout, plan, seen


def tally_of(kinds: dict[int, Rendered]) -> Tally:
    """Return what is known of a video with one face, treated as said in some frames."""
    tracks = assemble([seen(frame, 0) for frame in kinds], TRACKS)
    regions = assemble([done(frame, 0, kind) for frame, kind in kinds.items()], REGIONS)
    tally = Tally(Stretches.of(layout()))
    tally.add(feature_rows(tracks, regions, Naming(plan())), regions)
    return tally


def test_pictures_are_spread_over_the_video() -> None:
    chosen = choose(tally_of({0: Rendered.SWAP}), layout(), ())

    assert len(chosen) == MOST
    assert np.diff([frame * MOST // FRAMES for frame in chosen]).tolist() == [1] * (MOST - 1)


def test_frames_with_people_come_first() -> None:
    chosen = choose(tally_of(dict.fromkeys((1, 5, 23), Rendered.SWAP)), layout(), ())

    assert {1, 5, 23} <= set(chosen)


@pytest.mark.parametrize("bare", [0, 11, FRAMES - 1])
def test_a_face_that_was_left_as_it_is_is_not_shown(bare: int) -> None:
    kinds = dict.fromkeys(range(FRAMES), Rendered.SWAP) | {bare: Rendered.EXEMPT}
    chosen = choose(tally_of(kinds), layout(), ())

    assert chosen
    assert not {bare - 1, bare, bare + 1} & set(chosen)


def test_nothing_is_shown_around_a_finding() -> None:
    kinds = dict.fromkeys(range(FRAMES), Rendered.SWAP)
    chosen = choose(tally_of(kinds), layout(), (SEEN,))

    assert chosen
    assert min(chosen) > SEEN.last_frame + 12
