"""
The life of a video as a hash chain: each entry vouches for all before it.

Entries hold no personal data: what happened, when, and digests.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from .errors import Forged
from .identifiers import VideoId

GENESIS: Final = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that happened to a video."""

    video_id: VideoId
    number: int
    at: datetime
    """In UTC."""
    event: str
    detail: str
    previous: str
    """Digest of the entry before, or 64 zeros."""
    digest: str


def append(
    video_id: VideoId, chain_head: AuditEntry | None, at: datetime, event: str, detail: str
) -> AuditEntry:
    """Return the entry that follows `chain_head`."""
    number = 0 if chain_head is None else chain_head.number + 1
    previous = GENESIS if chain_head is None else chain_head.digest
    return AuditEntry(
        video_id=video_id,
        number=number,
        at=at,
        event=event,
        detail=detail,
        previous=previous,
        digest=_digest(video_id, number, at, event, detail, previous),
    )


def verify(entries: Iterable[AuditEntry]) -> None:
    """Raise Forged where an entry was changed, removed, added or moved."""
    previous, number = GENESIS, 0
    for entry in entries:
        expected = _digest(
            entry.video_id, entry.number, entry.at, entry.event, entry.detail, entry.previous
        )
        if (entry.number, entry.previous, entry.digest) != (number, previous, expected):
            msg = f"The audit chain of {entry.video_id} is broken at entry {number}."
            raise Forged(msg)
        previous, number = entry.digest, number + 1


def _digest(*parts: object) -> str:
    whole = json.dumps(
        [part.isoformat() if isinstance(part, datetime) else part for part in parts],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(whole.encode()).hexdigest()
