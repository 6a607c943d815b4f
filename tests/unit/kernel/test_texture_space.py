import cv2
import numpy as np
import pytest

from swaddle.kernel.texture_space import by_zone, face_mask, skin_contrast


def test_the_detail_of_each_zone_is_measured_for_itself() -> None:
    luma = np.zeros((48, 48))
    stripes = np.where(np.arange(48) % 2 == 0, 0.2, -0.2)
    luma[30:] = stripes
    brows, middle, mouth = skin_contrast(luma)

    # The outer rows of a zone share the light of those beside it.
    assert mouth == pytest.approx(0.2, rel=0.2)
    assert brows < 0.02
    assert middle < 0.5 * mouth


def test_hair_at_the_border_of_a_face_is_no_detail_of_its_skin() -> None:
    luma = np.zeros((48, 48))
    inwards = cv2.distanceTransform(np.pad(face_mask(48), 1).astype(np.uint8), cv2.DIST_L2, 5)
    luma[inwards[1:-1, 1:-1] < 3] = -1.5
    plain = skin_contrast(np.zeros((48, 48)))

    np.testing.assert_allclose(skin_contrast(luma), plain, atol=0.1)


def test_hair_that_is_known_is_no_detail_of_the_skin() -> None:
    luma = np.zeros((48, 48))
    luma[:12] = np.where(np.arange(48) % 2 == 0, -1.5, -0.5)
    hair = np.zeros((48, 48), np.uint8)
    hair[:13] = 255

    assert skin_contrast(luma)[0] > 0.2
    assert skin_contrast(luma, hair)[0] < 0.02


def test_what_is_given_for_a_zone_holds_in_its_middle() -> None:
    rows = by_zone(np.array([1.0, 2.0, 3.0]))

    assert rows[60] == pytest.approx(1, abs=0.3)
    assert rows[140] == pytest.approx(2, abs=0.1)
    assert rows[230] == 3
    assert (np.diff(rows) >= 0).all()
