"""What fetching models needs from the outside world."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Protocol

from .catalogue import Model, Source, WeightFile

Heard = Callable[[int], None]
"""Is told now and then how many bytes have come."""


class Readable(Protocol):
    """Bytes that come one after the other."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end; raises Unavailable where it breaks off."""
        ...


class ModelSource(Protocol):
    """Knows how to get what a source of the catalogue names. Does not judge it."""

    def open(
        self, source: Source, size: int | None, heard: Heard
    ) -> AbstractContextManager[Readable]:
        """
        Open the file that `source` names, which should have `size` bytes where that is known.

        Raises Unavailable with a reason that goes on after a colon, and names no package index.
        """
        ...


class Condition(StrEnum):
    """What is known of a model's file."""

    PRESENT = "present"
    MISSING = "missing"
    DAMAGED = "damaged"


class ModelStore(Protocol):
    """
    Keeps the files of models; gives out none that is not the one the catalogue names.

    A file whose digest the catalogue does not tell has to stay the one that was accepted first.
    """

    def path(self, model: Model) -> str:
        """
        Return where the file lies, or the folder of a model of several.

        Raises ModelMissing where a file is missing or damaged.
        """
        ...

    def open(self, model: Model, file: WeightFile) -> AbstractContextManager[Readable]:
        """Open a file of a model that is there; raises ModelMissing, StorageFailed."""
        ...

    def digest(self, model: Model) -> str:
        """
        Return the SHA-256 of the file; raises ModelMissing, StorageFailed.

        That of a folder is the SHA-256 of the lines that `sha256sum` prints of its files, in the
        order of the catalogue.
        """
        ...

    def condition(self, model: Model) -> Condition:
        """Look at the files; read only those that have changed since they were last read."""
        ...

    def verify(self, model: Model) -> Condition:
        """Read every byte of the files."""
        ...

    def lacking(self, model: Model) -> Sequence[WeightFile]:
        """Read every byte of the files; return those that are missing or damaged."""
        ...

    def accept(self, model: Model, file: WeightFile, content: Readable) -> None:
        """
        Keep `content` as a file of the model, in place of any other.

        Raises Forged where it is not what the catalogue names, or what was accepted first; then
        nothing has changed.
        """
        ...
