"""Of two look-alikes the later one gives way, and nobody is compared with who gives way."""

import numpy as np

from swaddle.identity.freezing import look_alikes
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.recognition import RecognitionScale, Strangers

SCALE = RecognitionScale(
    mean=np.zeros(128),
    strangers={
        AgeGroup.INFANT: Strangers(0.5, 0.2, 10),
        AgeGroup.CHILD: Strangers(0.3, 0.2, 10),
        AgeGroup.ADULT: Strangers(0.0, 0.2, 10),
    },
    age_weights=np.zeros((128, 3)),
    age_bias=np.zeros(3),
    recogniser="made",
)
ADULTS = [AgeGroup.ADULT] * 3


def face(*places: int) -> np.ndarray:
    vector = np.zeros(128)
    vector[list(places)] = 1 / np.sqrt(len(places))
    return vector


def test_strangers_stay() -> None:
    assert look_alikes([[face(0)], [face(1)], [face(2)]], ADULTS, SCALE) == []


def test_the_later_of_two_gives_way() -> None:
    assert look_alikes([[face(0)], [face(1)], [face(0)]], ADULTS, SCALE) == [2]


def test_who_gives_way_takes_nobody_along() -> None:
    chain = [[face(0, 1)], [face(1, 2)], [face(2, 3)]]

    assert look_alikes(chain, ADULTS, SCALE) == [1]


def test_who_is_never_seen_resembles_nobody() -> None:
    assert look_alikes([[np.zeros(128)], [np.zeros(128)]], [AgeGroup.INFANT] * 2, SCALE) == []


def test_infants_may_be_as_alike_as_infants_are() -> None:
    pair = [[face(0, 1)], [face(1, 2)]]

    assert look_alikes(pair, [AgeGroup.ADULT] * 2, SCALE) == [1]
    assert look_alikes(pair, [AgeGroup.INFANT] * 2, SCALE) == []


def test_who_stands_in_counts_like_who_is_shown() -> None:
    first = [face(0), face(1)]

    assert look_alikes([first, [face(2), face(0)]], ADULTS, SCALE) == [1]
    assert look_alikes([first, [face(1), face(3)]], ADULTS, SCALE) == [1]
    assert look_alikes([first, [face(2), face(3)]], ADULTS, SCALE) == []


def test_a_subject_may_resemble_its_own_stand_in() -> None:
    assert look_alikes([[face(0), face(0)], [face(1), face(1)]], ADULTS, SCALE) == []
