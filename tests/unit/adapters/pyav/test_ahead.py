"""What is made ahead is what would have been made, and no more than was wanted."""

from collections.abc import Iterator
from contextlib import closing
from threading import active_count, get_ident

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.adapters.pyav.ahead import ahead


class Source:
    """Numbers, and how far somebody went in them."""

    def __init__(self, broken_at: int | None = None) -> None:
        self.made = 0
        self.closed = False
        self.threads: set[int] = set()
        self.broken_at = broken_at

    def numbers(self, count: int) -> Iterator[int]:
        try:
            for number in range(count):
                if number == self.broken_at:
                    raise ValueError(number)
                self.threads.add(get_ident())
                self.made += 1
                yield number
        finally:
            self.closed = True


@given(st.integers(0, 30), st.integers(1, 5))
def test_nothing_is_lost_and_nothing_is_turned_round(count: int, depth: int) -> None:
    source = Source()

    assert list(ahead(source.numbers(count), depth)) == list(range(count))
    assert get_ident() not in source.threads


def test_an_error_comes_out_where_it_would_have() -> None:
    seen = []
    with pytest.raises(ValueError, match="3"):
        seen += [seen.append(number) for number in ahead(Source(broken_at=3).numbers(9))]

    assert seen == [0, 1, 2]


def test_who_wants_no_more_leaves_nothing_behind() -> None:
    source, before = Source(), active_count()
    with closing(ahead(source.numbers(1000), depth=2)) as items:  # type: ignore[type-var] # a generator
        first = next(items)

    assert first == 0
    assert source.closed
    assert source.made <= 4
    assert active_count() == before
