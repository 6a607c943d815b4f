"""Changes of one transaction that are written together, when somebody looks or it ends."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from swaddle.kernel.audit import AuditEntry
from swaddle.kernel.identifiers import VideoId
from swaddle.kernel.life import Video

from . import rows
from .schema import AUDIT, OUTCOME, VIDEO


@dataclass(slots=True)
class Pending:
    """
    What happened to videos whose rows this transaction has locked.

    Only changes that no constraint of the database can refuse: see `is_plain`. One statement for
    many rows takes a fifth of the time of as many statements.
    """

    changed: dict[VideoId, tuple[Video, Video]] = field(default_factory=dict)
    """As it is in the database, and as it will be."""
    entries: list[AuditEntry] = field(default_factory=list)

    def add(self, before: Video, after: Video, entry: AuditEntry) -> None:
        """Remember a change."""
        written, _ = self.changed.get(after.video_id, (before, before))
        self.changed[after.video_id] = (written, after)
        self.entries.append(entry)

    def flush(self, connection: Connection) -> None:
        """Write everything."""
        if not self.changed:
            return
        at = {entry.video_id: entry.at.isoformat() for entry in self.entries}
        for columns, values in _alike(self._values(at)):
            setting: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
            connection.execute(
                update(VIDEO).where(VIDEO.c.video_id == bindparam("named")).values(setting), values
            )
        if outcomes := [
            row for change in self.changed.values() for row in rows.new_outcome_rows(*change)
        ]:
            connection.execute(insert(OUTCOME), outcomes)
        connection.execute(insert(AUDIT), [rows.entry_row(entry) for entry in self.entries])
        self.changed.clear()
        self.entries.clear()

    def _values(self, at: Mapping[VideoId, str]) -> Iterator[dict[str, Any]]:
        for video_id, (before, after) in self.changed.items():
            yield {**rows.video_row(before, after, at[video_id]), "video_id": video_id}


def is_plain(before: Video, after: Video) -> bool:
    """
    Return whether a change gives nobody anything that a constraint guards, and tells nobody.

    Outcomes are guarded too, but their rows hang on the video's, which is locked: whether one is
    there already is known.
    """
    people = (before.subjects, before.identities) == (after.subjects, after.identities)
    return (
        people
        and not comes_to_rest(before, after)
        and before.outcomes.items() <= after.outcomes.items()
    )


def comes_to_rest(before: Video | None, after: Video) -> bool:
    """Return whether a change is one that others are told of."""
    return after.at_rest and (before is None or before.state is not after.state)


def _alike(
    changes: Iterator[dict[str, Any]],
) -> Iterator[tuple[tuple[str, ...], list[dict[str, Any]]]]:
    """Group changes that set the same columns: one statement serves all of them."""

    def columns(change: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(sorted(change.keys() - {"video_id"}))

    for names, group in groupby(sorted(changes, key=columns), key=columns):
        yield (
            names,
            [
                {"named": c["video_id"], **{f"new_{name}": c[name] for name in names}}
                for c in group
            ],
        )
