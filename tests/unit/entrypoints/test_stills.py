"""A single picture is treated as a video is: what no engine renders is covered."""

from pathlib import Path

import pytest

from swaddle.adapters.appearance.face_swapper import AppearanceFaceSwapper
from swaddle.entrypoints.stills import Stills
from swaddle.kernel.errors import ModelFailed, ModelMissing, OutOfMemory
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import still
from swaddle.settings import Settings
from tests.made.faces import rendered
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
