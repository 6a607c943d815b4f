"""Names that are the same in every run."""

from itertools import count


class FakeIdSource:
    """Counts, in the first digits, so that beginnings differ."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def fresh(self) -> str:
        """Return the next number."""
        return f"{next(self._numbers):08x}{0:024x}"
