"""The face is painted up to the hairline, and nothing else of the portrait changes."""

import numpy as np
import pytest
from numpy.typing import NDArray

from swaddle.adapters.diffusers.masking import LATENT, Crop, cropped
from swaddle.adapters.diffusers.presets import presets
from swaddle.kernel.faces import CHIN
from swaddle.kernel.texture_space import FOREHEAD, pose, with_forehead
from swaddle.kernel.warping import covered
from tests.unit.identity.sitters import sitter

PRESET = presets()["permissive-sd15"]


def crop_of(**changes: object) -> Crop:
    return cropped(sitter(number=4), PRESET.model_copy(update=changes))


def face() -> NDArray[np.bool_]:
    landmarks = sitter(number=4).landmarks.astype(np.float64)
    return covered(with_forehead(landmarks, pose(landmarks)), 320, 320)


def test_the_mask_holds_the_forehead() -> None:
    crop = crop_of()
    for x, y in crop.points[FOREHEAD, :2].round().astype(int).tolist():
        assert crop.mask[y, x] == 255
    # A hull of the mesh alone, as BLANKET's, would end below the rings.
    assert crop.points[FOREHEAD, 1].min() < crop.points[:468, 1].min() - 20


@pytest.mark.parametrize("name", list(presets()))
def test_of_the_face_nothing_is_left(name: str) -> None:
    crop = cropped(sitter(number=4), presets()[name])
    painted = np.zeros((presets()[name].size,) * 2 + (3,), np.uint8)
    painted[::2] = 255
    after = crop.pasted(sitter(number=4).picture, painted)
    other = crop.pasted(255 - sitter(number=4).picture, painted)

    # Whatever was there, the face is the same, but for the colours that it is matched to.
    assert crop.alpha.max() == 1
    assert (crop.alpha[crop.mask == 0] == 0).all()
    assert np.abs(after[face()].astype(int) - other[face()].astype(int)).mean() < 40
    inner = crop.alpha >= 0.995
    assert inner.sum() >= (crop.alpha > 0.5).sum() * 0.85


def test_around_the_face_nothing_changes_to_the_bit() -> None:
    crop = crop_of()
    after = crop.pasted(sitter(number=4).picture, np.full((512, 512, 3), 7, np.uint8))
    changed = (after != sitter(number=4).picture).any(axis=2)
    rows, columns = np.nonzero(changed)
    inside = face()
    reach = np.array([np.nonzero(inside.any(axis=a))[0][[0, -1]] for a in (1, 0)])
    margin = 16  # growth and blur of the mask, at 320 pixels, in whole cells

    assert changed.any()
    assert reach[0, 0] - margin <= rows.min()
    assert rows.max() <= reach[0, 1] + margin
    assert reach[1, 0] - margin <= columns.min()
    assert columns.max() <= reach[1, 1] + margin


def test_the_mask_ends_with_the_cells_that_the_network_paints() -> None:
    mask = crop_of().mask
    cells = mask.reshape(512 // LATENT, LATENT, 512 // LATENT, LATENT)

    assert set(np.unique(mask)) == {0, 255}
    assert (cells.max(axis=(1, 3)) == cells.min(axis=(1, 3))).all()


def test_colours_are_matched_to_the_portrait() -> None:
    crop = crop_of()
    blue = np.zeros((512, 512, 3), np.uint8)
    blue[..., 0] = 200
    blue[::2, ::2] = 90
    after = crop.pasted(sitter(number=4).picture, blue)

    assert np.allclose(
        after[face()].mean(axis=0), sitter(number=4).picture[face()].mean(axis=0), atol=12
    )


def test_padding_shows_more_of_the_portrait_until_it_ends() -> None:
    sides = [crop_of(padding=padding).side for padding in (0, 10, 1000)]

    assert sides[0] < sides[1] < sides[2] == 320


def test_a_crop_is_painted_where_it_was_cut_out() -> None:
    crop = crop_of(padding=20)
    scale = 512 / crop.side
    chin = (sitter(number=4).landmarks[CHIN, :2] - [crop.x0, crop.y0] + 0.5) * scale - 0.5

    assert np.allclose(crop.points[CHIN, :2], chin)
