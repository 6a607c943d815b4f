"""What a consent forbids."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from swaddle.coordinator.consenting import agree
from swaddle.kernel.consent import Consent
from swaddle.kernel.life import State, Video
from swaddle.kernel.ports import Ledger

TODAY = date(2026, 11, 21)
YESTERDAY = date(2026, 11, 20)
NO = Consent(processing=False)

BroughtTo = Callable[..., Video]


def test_who_says_nothing_agrees() -> None:
    assert Consent().allows_processing(TODAY)
    assert Consent().allows_sharing(TODAY)


def test_a_consent_ends_after_its_last_day() -> None:
    assert Consent(until=TODAY).allows_sharing(TODAY)
    assert not Consent(until=YESTERDAY).allows_sharing(TODAY)
    assert not Consent(until=YESTERDAY).allows_processing(TODAY)


def test_what_may_not_be_worked_on_may_not_be_shared() -> None:
    assert not NO.allows_sharing(TODAY)


@pytest.mark.parametrize("state", [State.RECEIVED, State.LINKED, State.CHECKED, State.HELD])
def test_without_consent_the_work_ends(
    ledger: Ledger, brought_to: BroughtTo, state: State
) -> None:
    gate = ("holds",) if state is State.HELD else ("passes",)
    video = ledger.admit(brought_to(state, gate=gate))
    agree(ledger, video.video_id, NO, TODAY)
    found = ledger.find(video.video_id)

    assert (found.state, found.consent) == (State.CANCELLED, NO)


def test_what_was_released_stays_released(ledger: Ledger, brought_to: BroughtTo) -> None:
    video = ledger.admit(brought_to(State.RELEASED))

    assert agree(ledger, video.video_id, NO, TODAY) == replace(video, consent=NO)


def test_the_tombstone_forgets_the_consent(ledger: Ledger, brought_to: BroughtTo) -> None:
    known = replace(brought_to(State.HELD, gate=("holds",)), consent=Consent(reference="form 7"))

    assert known.erased().consent == Consent()
    assert "form 7" not in repr(ledger.history(ledger.admit(known).video_id))
