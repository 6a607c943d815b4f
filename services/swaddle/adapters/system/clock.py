"""The computer's clock."""

from datetime import UTC, datetime


class SystemClock:
    """Tells the time of this machine."""

    def now(self) -> datetime:
        """Ask the operating system."""
        return datetime.now(UTC)  # noqa: TID251 - this is the Clock port
