"""A portrait in a plan shows the synthetic face and nothing of anybody else."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from swaddle.adapters.appearance.identity_generator import AppearanceIdentityGenerator
from swaddle.identity.portraying import GREY, LARGEST_SIDE, portrayed
from swaddle.identity.ports import PreviewRequest
from swaddle.kernel.faces import LEFT_EYE, MOUTH_RIGHT, NOSE_TIP, AgeGroup
from swaddle.kernel.frames import Image
from swaddle.kernel.plan import IdentityPlan, PortraitPlan
from swaddle.kernel.texture_space import cell_centres, pose, with_forehead
from swaddle.kernel.warping import covered
from tests.unit.identity.sitters import sitter

PAINTED = IdentityPlan(identity_id="0f", attempt=0, engine="painted")
FLAT = (30, 200, 90)
"""A colour that no face has."""


def picture_of(portrait: PortraitPlan) -> Image:
    return np.asarray(cv2.imdecode(np.frombuffer(portrait.picture, np.uint8), cv2.IMREAD_COLOR))


def of(identity: IdentityPlan, picture: Image) -> PortraitPlan:
    found = portrayed(identity, (picture, sitter().landmarks), sitter()).portrait
    assert found is not None
    return PortraitPlan.model_validate_json(found.model_dump_json())


def white_face() -> Image:
    """Return the sitter's face in white, and the colour that no face has around it."""
    landmarks = sitter().landmarks.astype(np.float64)
    picture = np.full((320, 320, 3), FLAT, np.uint8)
    picture[covered(with_forehead(landmarks, pose(landmarks)), 320, 320)] = 255
    return picture


def test_what_is_not_the_face_is_one_grey() -> None:
    shown = picture_of(of(PAINTED, white_face()))

    # Nothing of the surroundings' colour, not even at the rim.
    assert set(np.unique(shown[:8])) == {GREY}
    assert np.abs(np.diff(shown.astype(int), axis=2)).max() == 0
    assert (shown == 255).all(axis=2).mean() > 0.4


@pytest.mark.parametrize("pixel", [1.0, 0.25])
def test_a_larger_face_keeps_nothing_of_what_is_around_the_real_one(pixel: float) -> None:
    picture = white_face()
    # A face of few pixels was painted with few, and what is around it reaches in.
    side = round(320 * pixel)
    small = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    painted = np.asarray(cv2.resize(small, (320, 320), interpolation=cv2.INTER_LINEAR), np.uint8)
    real = sitter().landmarks.astype(np.float64)
    middle = real.mean(axis=0)
    larger = middle + 1.15 * (real - middle)
    found = portrayed(PAINTED, (painted, larger), replace(sitter(), pixel=pixel)).portrait
    assert found is not None
    shown = picture_of(found)

    assert np.abs(np.diff(shown.astype(int), axis=2)).max() <= 1
    assert (shown == 255).all(axis=2).mean() > 0.3


def test_a_portrait_holds_no_hair() -> None:
    generator, real = AppearanceIdentityGenerator(), sitter()
    person = generator.invent(bytes(32), AgeGroup.ADULT, 0)
    hair = np.zeros_like(real.stays)
    hair[:13] = 255
    x, y = cell_centres(real.landmarks.astype(np.float64), 48)[5:9, 20:28].reshape(-1, 2).T
    dyed = real.picture.copy()
    dyed[y.round().astype(int), x.round().astype(int)] = FLAT
    portraits = []
    for picture in (real.picture, dyed):
        shown = replace(real, picture=picture, stays=hair)
        (preview,) = generator.preview([PreviewRequest(person, AgeGroup.ADULT, shown)])
        assert preview is not None
        portraits.append(portrayed(person, preview, shown).portrait)

    assert portraits[0] == portraits[1] is not None


def test_the_points_lie_on_eyes_nose_and_mouth() -> None:
    picture = sitter().picture.copy()
    landmarks = sitter().landmarks
    marks = [landmarks[list(LEFT_EYE)].mean(axis=0), landmarks[NOSE_TIP], landmarks[MOUTH_RIGHT]]
    for x, y, _ in marks:
        cv2.circle(picture, (round(float(x)), round(float(y))), 3, (0, 255, 0), -1)
    portrait = of(PAINTED, picture)
    shown = picture_of(portrait)

    for index in (0, 2, 4):
        x, y = (round(v) for v in portrait.points[index])
        assert shown[y, x, 1] > shown[y, x, 2] + 60


def test_it_is_small() -> None:
    assert max(picture_of(of(PAINTED, sitter().picture)).shape) <= LARGEST_SIDE


@pytest.mark.parametrize("group", list(AgeGroup))
def test_the_eyes_of_a_face_space_person_are_not_the_real_ones(group: AgeGroup) -> None:
    generator = AppearanceIdentityGenerator()
    identity = generator.invent(bytes(32), group, 0)
    pictures = []
    for iris in ((10, 10, 10), (250, 250, 250)):
        real = sitter().picture.copy()
        for eye in (LEFT_EYE,):
            corners = np.round(sitter().landmarks[list(eye), :2]).astype(np.int32)
            cv2.fillPoly(real, [corners], iris)
        (shown,) = generator.preview(
            [PreviewRequest(identity, group, replace(sitter(), picture=real))]
        )
        assert shown is not None
        found = portrayed(identity, shown, sitter()).portrait
        assert found is not None
        pictures.append(picture_of(found).astype(int))
        x, y = (round(v) for v in found.points[0])

    # Whatever the real eye looked like, the portrait's looks the same.
    reach = slice(y - 6, y + 7), slice(x - 8, x + 9)
    assert np.abs(pictures[0][reach] - pictures[1][reach]).mean() < 4


def test_a_plan_keeps_it() -> None:
    identity = portrayed(PAINTED, (sitter().picture, sitter().landmarks), sitter())
    again = IdentityPlan.model_validate_json(identity.model_dump_json())

    assert again == IdentityPlan.model_validate_json(again.model_dump_json())
    assert again.portrait is not None
    assert again.portrait.picture.startswith(b"\x89PNG")
