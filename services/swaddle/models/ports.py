"""What fetching models needs from the outside world."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Protocol

from .catalogue import Model, Source

Heard = Callable[[int], None]
"""Is told now and then how many bytes have come."""


class Readable(Protocol):
    """Bytes that come one after the other."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end; raises Unavailable where it breaks off."""
        ...


class ModelSource(Protocol):
    """Knows how to get what a source of the catalogue names. Does not judge it."""

    def open(self, source: Source, size: int, heard: Heard) -> AbstractContextManager[Readable]:
        """
        Open the file that `source` names, which should have `size` bytes.

        Raises Unavailable with a reason that goes on after a colon, and names no package index.
        """
        ...


class Condition(StrEnum):
    """What is known of a model's file."""

    PRESENT = "present"
    MISSING = "missing"
    DAMAGED = "damaged"


class ModelStore(Protocol):
    """Keeps the files of models; gives out none that is not the one the catalogue names."""

    def path(self, model: Model) -> str:
        """Return where the file lies; raises ModelMissing where it is missing or damaged."""
        ...

    def open(self, model: Model) -> AbstractContextManager[Readable]:
        """Open the file at `path`; raises ModelMissing, StorageFailed."""
        ...

    def condition(self, model: Model) -> Condition:
        """Look at a file; read it only where it has changed since it was last read."""
        ...

    def verify(self, model: Model) -> Condition:
        """Read every byte of a file."""
        ...

    def accept(self, model: Model, content: Readable) -> None:
        """
        Keep `content` as the model's file, in place of any other.

        Raises Forged where it is not what the catalogue names; then nothing has changed.
        """
        ...
