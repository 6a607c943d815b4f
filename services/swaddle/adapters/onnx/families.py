"""Architectures by their names."""

from collections.abc import Mapping
from typing import TypeVar

from swaddle.kernel.errors import Misused

Family = TypeVar("Family")


def family_called(name: str, families: Mapping[str, Family], kind: str) -> Family:
    """Return a family; raises Misused, with those there are, where there is none of this name."""
    found = families.get(name)
    if found is None:
        raise Misused(
            f"There is no family of {kind} called {name}; there are {', '.join(families)}."
        )
    return found
