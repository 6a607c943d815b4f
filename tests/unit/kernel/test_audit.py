"""The hash chain of a video's life."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.kernel.audit import GENESIS, AuditEntry, append, verify
from swaddle.kernel.errors import Forged
from swaddle.kernel.identifiers import VideoId

START = datetime(2026, 1, 1, 12, 30, 0, 5, tzinfo=UTC)


def chain(length: int) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    for number in range(length):
        head = entries[-1] if entries else None
        at = START + timedelta(seconds=number)
        entries.append(append(VideoId("v1"), head, at, f"Event{number}", "received"))
    return entries


def test_the_first_entry_follows_nothing() -> None:
    [first] = chain(1)

    assert (first.number, first.previous) == (0, GENESIS)


@given(st.integers(0, 20))
def test_an_untouched_chain_holds(length: int) -> None:
    verify(chain(length))


CHANGES = {
    "video_id": "v2",
    "number": 77,
    "at": START - timedelta(microseconds=1),
    "event": "Other",
    "detail": "released",
    "previous": "f" * 64,
    "digest": "f" * 64,
}


@pytest.mark.parametrize("name", CHANGES)
@given(place=st.integers(0, 4))
def test_a_changed_entry_is_noticed(name: str, place: int) -> None:
    entries = chain(5)
    entries[place] = replace(entries[place], **{name: CHANGES[name]})

    with pytest.raises(Forged, match=f"entry {place}"):
        verify(entries)


@given(st.permutations(range(5)))
def test_entries_that_changed_places_are_noticed(order: list[int]) -> None:
    entries = [chain(5)[place] for place in order]
    if order == sorted(order):
        return

    with pytest.raises(Forged):
        verify(entries)


@given(st.integers(0, 3))
def test_a_missing_entry_is_noticed(place: int) -> None:
    entries = chain(5)
    del entries[place]

    with pytest.raises(Forged, match=f"entry {place}"):
        verify(entries)


def test_a_rewritten_past_is_noticed() -> None:
    entries = chain(3)
    entries[1] = append(VideoId("v1"), entries[0], START, "Other", "")

    with pytest.raises(Forged, match="entry 2"):
        verify(entries)
