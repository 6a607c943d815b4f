"""What certification needs that no other service does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Literal, Protocol

from swaddle.kernel.ports import Columns

Kind = Literal["i4", "i8", "f4", "f8", "text", "?"]
"""Of the values: whole numbers, floats, text, truth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureColumn:
    """One column of a table that people read."""

    name: str
    kind: Kind
    text: str
    """What it says, for the documentation and for the file itself."""
    unit: str = ""
    nullable: bool = False
    """Whether a value may be missing: NaN or None stands for it, in a list its first value."""
    shape: tuple[int, ...] = ()
    """Of one row; a list of so many values in all."""


class FeatureWriter(Protocol):
    """Writes tables for people: readable by any tool, documented in themselves, not sealed."""

    def write(
        self,
        target: BinaryIO,
        columns: Sequence[FeatureColumn],
        batches: Iterable[Columns],
        about: Mapping[str, str],
    ) -> None:
        """
        Write a table to `target`, which stays open, holding one batch in memory at a time.

        `about` is kept in the file. Raises Misused where a batch does not have these columns, or
        lacks a value where none may be missing; StorageFailed.
        """
        ...


class SignatureChecker(Protocol):
    """Tells whether a signature is one."""

    def vouches(self, public_key: bytes, content: bytes, signature: bytes) -> bool:
        """Return whether the holder of an Ed25519 key (32 bytes) signed exactly this content."""
        ...
