"""A single picture is treated as a video is: what no engine renders is covered."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from swaddle.adapters.appearance.face_swapper import AppearanceFaceSwapper
from swaddle.entrypoints.stills import Stills
from swaddle.kernel.errors import ModelFailed, ModelMissing, OutOfMemory
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import still
from swaddle.kernel.texture_space import cell_centres
from swaddle.scenes.scene import HeadKey
from swaddle.settings import Settings
from tests.made.faces import rendered
from tests.unit.scenes.people import picture_of, somebody
from tests.unit.swapping.material import (
    FailingFaceSwapper,
    Overflowing,
    bare,
    frames,
    moments,
    person,
)

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def stills(models: Path) -> Stills:
    del models
    return Stills.open(Settings())


def test_a_face_is_swapped(stills: Stills) -> None:
    picture, _ = rendered()
    engine = AppearanceFaceSwapper()
    shown, swaps, covers = stills.swapped(still(picture), person(21), AgeGroup.ADULT, engine)

    assert (swaps, covers) == (1, 0)
    assert shown.shape == picture.shape


def test_hair_over_a_forehead_stays(stills: Stills) -> None:
    key = HeadKey(time=0, x=0.5, y=0.5, size=0.5)
    actor = replace(somebody(key), fringe=0.7)
    moment = picture_of(actor, size=(480, 270))
    engine = AppearanceFaceSwapper()
    shown, swaps, _ = stills.swapped(still(moment.picture), person(21), AgeGroup.ADULT, engine)
    x, y = (
        cell_centres(moment.faces[0].landmarks, 48)[4:9, 18:30]
        .reshape(-1, 2)
        .round()
        .astype(int)
        .T
    )

    assert swaps == 1
    assert np.abs(shown[y, x].astype(int) - moment.picture[y, x]).mean() < 2


@pytest.mark.parametrize(
    "failing",
    [
        FailingFaceSwapper(1),
        FailingFaceSwapper(1, ModelFailed("It broke.")),
        FailingFaceSwapper(1, OutOfMemory("Too little.")),
        Overflowing(),
        Overflowing(part="alpha"),
    ],
)
def test_a_face_that_the_engine_fails_on_is_covered(
    stills: Stills, failing: FailingFaceSwapper
) -> None:
    shown, swaps, covers = stills.swapped(frames()[0], person(21), AgeGroup.ADULT, failing)

    assert (swaps, covers) == (0, len(moments()[0].faces))
    assert not {name for number, name in bare([still(shown), *frames()[1:]]) if number == 0}


def test_an_engine_that_cannot_work_at_all_answers_nothing(stills: Stills) -> None:
    failing = FailingFaceSwapper(1, ModelMissing("Not there."))
    with pytest.raises(ModelMissing):
        stills.swapped(frames()[0], person(21), AgeGroup.ADULT, failing)
