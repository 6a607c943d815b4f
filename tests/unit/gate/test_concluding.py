"""One sure look is a finding; an unsure one needs others beside it."""

from fractions import Fraction

from swaddle.gate.concluding import conclude
from swaddle.kernel.findings import FindingKind, Suspicion

TIMES = tuple(range(0, 4000, 40))
MILLI = Fraction(1, 1000)


def suspicion(frame: int, *, sure: bool = False, x: float = 10.0) -> Suspicion:
    return Suspicion(
        kind=FindingKind.FACE,
        frame=frame,
        x0=x,
        y0=10,
        x1=x + 40,
        y1=50,
        score=0.8,
        threshold=0.7,
        detector="test",
        sure=sure,
    )


def test_a_sure_suspicion_is_a_finding() -> None:
    (found,) = conclude([suspicion(10, sure=True)], TIMES, MILLI)

    assert (found.first_frame, found.last_frame) == (10, 10)
    assert found.first_time_s == 0.4


def test_an_unsure_one_alone_is_none() -> None:
    assert conclude([suspicion(10)], TIMES, MILLI) == ()
    assert conclude([suspicion(10), suspicion(11)], TIMES, MILLI) == ()


def test_three_unsure_ones_in_one_place_are_one_finding() -> None:
    (found,) = conclude([suspicion(10), suspicion(11), suspicion(13)], TIMES, MILLI)

    assert (found.first_frame, found.last_frame) == (10, 13)


def test_unsure_ones_in_other_places_do_not_agree() -> None:
    looks = [suspicion(10), suspicion(11, x=200), suspicion(12, x=400)]

    assert conclude(looks, TIMES, MILLI) == ()


def test_findings_far_apart_in_time_are_two() -> None:
    found = conclude([suspicion(5, sure=True), suspicion(60, sure=True)], TIMES, MILLI)

    assert [f.first_frame for f in found] == [5, 60]


def test_the_order_of_the_looks_does_not_matter() -> None:
    looks = [suspicion(10), suspicion(11), suspicion(13), suspicion(50, sure=True, x=100)]

    assert conclude(looks, TIMES, MILLI) == conclude(looks[::-1], TIMES, MILLI)
