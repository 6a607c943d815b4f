"""A clock that nobody waits for."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Begins with the year 2026 and goes on by a second whenever it is asked."""

    def __init__(self) -> None:
        self._next = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the next second."""
        self._next += timedelta(seconds=1)
        return self._next
