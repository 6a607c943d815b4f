import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.certification import manifest
from swaddle.certification.report.wording import (
    between,
    clock,
    figure,
    known_reason,
    likeness,
    not_hidden,
    percent,
    short,
    steadiness,
    verdict,
)
from tests.unit.certification.material import FIGURES, NAME, Certified


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(0, "0:00.0"), (9.96, "0:10.0"), (59.97, "1:00.0"), (3599.99, "1:00:00.0"), (61.2, "1:01.2")],
)
def test_times_are_rounded_to_tenths_and_carried(seconds: float, code: str) -> None:
    assert clock(seconds) == code


def test_a_moment_is_one_time() -> None:
    assert between(1.01, 1.02) == "0:01.0"
    assert between(1, 2) == "0:01.0 to 0:02.0"


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_share_that_is_not_nothing_never_reads_as_nothing(part: int, whole: int) -> None:
    words = percent(part / (part + whole))

    assert not words.startswith(("0.0", "0\u00a0", "100"))


def test_nothing_and_all_are_said_plainly() -> None:
    assert percent(0) == "0\u00a0%"
    assert percent(1) == "100\u00a0%"


@pytest.mark.parametrize(
    ("value", "words"), [(-0.001, "0.00"), (-0.25, "\u22120.25"), (0.999, "1.00")]
)
def test_figures_have_no_negative_zero(value: float, words: str) -> None:
    assert figure(value) == words


def test_a_limit_of_zero_has_no_sign() -> None:
    assert short(-0.0) == "0"
    assert short(-15.0) == "\u221215"


@pytest.mark.parametrize(
    ("to_source", "word"), [(0.5, "no more"), (0.8, "somewhat"), (0.85, "look at"), (None, "not")]
)
def test_a_likeness_is_read_against_strangers_of_that_age(
    to_source: float | None, word: str
) -> None:
    assert likeness(FIGURES.model_copy(update={"to_source": to_source})).find(word) >= 0


@pytest.mark.parametrize(
    ("within", "words"), [(0.87, "one person throughout"), (0.85, "less steady")]
)
def test_a_new_face_is_as_steady_as_the_real_one(within: float, words: str) -> None:
    assert steadiness(FIGURES.model_copy(update={"within_output": within})).startswith(words)


def test_only_reasons_of_the_program_are_repeated() -> None:
    assert known_reason(f"{NAME} turns, too small, mostly hidden") == "too small, mostly hidden"
    assert known_reason(NAME) == ""


def told_of(certified: Certified, **faces: int) -> manifest.Testimony:
    """Return what a manifest says of a video in which other things were done to the faces."""
    told = manifest.read_manifest(certified.files["manifest"]).testimony
    counts = told.counts.model_copy(
        update={"faces": {**dict.fromkeys(told.counts.faces, 0), **faces}}
    )
    subjects = tuple(
        subject.model_copy(update={"exempt": faces.get("exempt", 0)}) for subject in told.subjects
    )
    return told.model_copy(update={"counts": counts, "subjects": subjects})


def test_whom_the_plan_exempts_is_no_exposed_face(certified: Certified) -> None:
    assert verdict(told_of(certified, swap=9)).sentence.endswith("no exposed face.")
    assert verdict(told_of(certified, exempt=9)).sentence.endswith("that the plan exempts.")


def test_where_faces_are_only_hidden_nothing_is_said_of_new_ones(certified: Certified) -> None:
    assert "new face" in dict(not_hidden(told_of(certified, swap=9, blur=9)))["Hair and ears"]
    assert "new face" not in dict(not_hidden(told_of(certified, blur=9)))["Hair and ears"]
