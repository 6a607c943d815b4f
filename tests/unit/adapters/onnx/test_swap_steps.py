"""What each step of a swap does to a face."""

from pathlib import Path

import numpy as np
import pytest

from swaddle.adapters.onnx.swapping import interleaved, together
from swaddle.kernel.faces import five_points
from tests.made.faces import on, request, swapped
from tests.made.swappers import (
    Does,
    expression,
    made_swapper,
    occluder,
    parser,
    restorer,
)

from .test_alignment import smooth


def test_colours_that_are_right_already_stay(tmp_path: Path) -> None:
    picture = smooth(480)[:270].astype(np.uint8)
    asked = on(picture, request(size=0.3))
    change, alpha = swapped(asked, made_swapper(tmp_path, "hyperswap", Does.SAME))

    assert np.abs(change[alpha == 1]).mean() <= 0.5


def test_colours_are_those_of_the_frame_whatever_the_network_tints(tmp_path: Path) -> None:
    asked = request()
    tinted, alpha = swapped(asked, made_swapper(tmp_path, "inswapper", Does.TINT, colour=0.0))
    matched, _ = swapped(asked, made_swapper(tmp_path, "inswapper", Does.TINT))
    mean = np.abs(np.mean(tinted[alpha == 1], axis=0)).max()

    assert mean > 10
    assert np.abs(np.mean(matched[alpha == 1], axis=0)).max() < 2


@pytest.mark.parametrize("boost", [1, 2, 3, 4])
def test_pixels_that_are_dealt_out_come_together_again(boost: int) -> None:
    face = np.random.default_rng(boost).random((8 * boost, 8 * boost, 3)).astype(np.float32)
    tiles = interleaved(face, boost)

    assert len(tiles) == boost**2
    assert all(tile.shape == (8, 8, 3) for tile in tiles)
    assert np.array_equal(together(tiles, boost), face)


def test_a_boost_keeps_what_the_network_alone_is_too_coarse_for(tmp_path: Path) -> None:
    asked = request(height=540, size=0.7)
    lost = [
        np.abs(change[alpha == 1]).mean()
        for boost in (1, 2, 4)
        for change, alpha in [
            swapped(asked, made_swapper(tmp_path, "inswapper", Does.SAME, boost=boost, colour=0.0))
        ]
    ]

    assert lost[2] < lost[1] < lost[0]


def test_what_an_occluder_sees_stays_to_the_bit(tmp_path: Path) -> None:
    asked = request()
    change, alpha = swapped(
        asked, made_swapper(tmp_path, "hyperswap", Does.TINT, occluder=occluder(tmp_path))
    )
    x = five_points(asked.face.landmarks)[:, 0].mean()

    assert np.abs(change[:, : int(x) - 1]).max() == 0
    assert alpha[:, int(x) :].max() == 1


def test_a_parser_whose_scores_are_no_numbers_is_not_believed(tmp_path: Path) -> None:
    asked = request()
    by = made_swapper(tmp_path, "hyperswap", Does.TINT, parser=parser(tmp_path, hair=np.nan))

    assert by.swap(asked.frame, asked.face, asked.identity, asked.group) is None


@pytest.mark.parametrize("hides", [0.7, 1.0])
def test_an_occluder_that_sees_hardly_any_face_is_not_believed(
    tmp_path: Path, hides: float
) -> None:
    asked = request()
    blind = occluder(tmp_path, hides=hides)
    by = made_swapper(tmp_path, "hyperswap", Does.TINT, occluder=blind)

    assert by.swap(asked.frame, asked.face, asked.identity, asked.group) is None


def test_what_a_parser_calls_hair_stays_to_the_bit(tmp_path: Path) -> None:
    asked = request()
    by = made_swapper(tmp_path, "hyperswap", Does.TINT, parser=parser(tmp_path, hair=0.4))
    change, alpha = swapped(asked, by)
    eyes = five_points(asked.face.landmarks)[:2, 1].mean()

    assert np.abs(change[: int(eyes) - 1]).max() == 0
    assert alpha.max() == 1


def test_a_restored_face_is_blended_in(tmp_path: Path) -> None:
    asked = request()
    lighter = restorer(tmp_path, lighter=0.2)
    means = [
        change[alpha == 1].mean()
        for share in (0.0, 0.5, 1.0)
        for change, alpha in [
            swapped(
                asked,
                made_swapper(
                    tmp_path, "inswapper", Does.SAME, restorer=lighter, restored=share, colour=0.0
                ),
            )
        ]
    ]

    assert means[0] == pytest.approx(0, abs=0.5)
    assert means[1] == pytest.approx(0.5 * 0.1 * 255, abs=2)
    assert means[2] == pytest.approx(0.1 * 255, abs=2)


def test_a_restorer_that_changes_nothing_loses_little(tmp_path: Path) -> None:
    picture = smooth(480)[:270].astype(np.uint8)
    asked = on(picture, request(size=0.3))
    same = restorer(tmp_path)
    by = made_swapper(tmp_path, "hyperswap", Does.SAME, restorer=same, colour=0.0)
    change, alpha = swapped(asked, by)

    assert np.abs(change[alpha == 1]).mean() <= 0.5


def test_the_expression_is_that_of_the_frame(tmp_path: Path) -> None:
    # The made models take for an expression how light a face is, and show nothing else.
    asked = request()
    means = {}
    for share in (0.0, 1.0):
        by = made_swapper(
            *(tmp_path, "inswapper", Does.TINT),
            expression=expression(tmp_path),
            expressed=share,
            colour=0.0,
        )
        found = by.swap(asked.frame, asked.face, asked.identity, asked.group)
        assert found is not None
        means[share] = found.patch.bgr[found.patch.alpha == 1].mean()
    plain = made_swapper(tmp_path, "inswapper", Does.TINT, colour=0.0)
    change, alpha = swapped(asked, plain)
    tint = change[alpha == 1].mean()

    # The tint covers most of the picture that the models look at, not all of it.
    assert abs(tint) > 5
    assert 0.4 < (means[0.0] - means[1.0]) / tint < 1
