"""A video as rows of the ledger's tables, there and back."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final, get_type_hints

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, RowMapping, select

from swaddle.kernel.audit import AuditEntry
from swaddle.kernel.blobs import Blob
from swaddle.kernel.identifiers import BlobKey, IdentityId, SubjectId, TrackId, VideoId
from swaddle.kernel.life import TaskKey, Video
from swaddle.kernel.messages import AcceptedIdentity, LinkedSubject

from .schema import OUTCOME, SUBJECT, TRACK, VIDEO

Fields = Mapping[str, Any]

TABLES_OF_THEIR_OWN: Final = frozenset({"outcomes", "subjects", "identities"})

# What JSON holds is turned into our values, and checked, by the type hints of `Video`.
FORMS: Final = {
    field.name: TypeAdapter(get_type_hints(Video)[field.name])
    for field in fields(Video)
    if field.name not in TABLES_OF_THEIR_OWN
}


def load(connection: Connection, video_id: VideoId, *, for_change: bool = False) -> Video | None:
    """
    Return a video as it is recorded.

    `for_change`: until the transaction ends nobody else changes it.
    """
    wanted = select(VIDEO).where(VIDEO.c.video_id == video_id)
    found = connection.execute(wanted.with_for_update() if for_change else wanted)
    row = found.mappings().one_or_none()
    if row is None:
        return None
    scalars = {name: form.validate_python(row[name]) for name, form in FORMS.items()}
    return Video(
        **scalars,
        outcomes=_outcomes(connection, video_id),
        **_people(connection, video_id),
    )


def changed_fields(before: Video | None, after: Video) -> Fields:
    """Return the columns of the video's own row that have to be written."""
    return {
        name: form.dump_python(getattr(after, name), mode="json")
        for name, form in FORMS.items()
        if before is None or getattr(before, name) != getattr(after, name)
    }


def video_row(before: Video | None, after: Video, at: str) -> Fields:
    """Return the columns that a change at a time writes: what differs, and what is asked for."""
    return {
        **changed_fields(before, after),
        "priority": after.order.priority,
        "at_rest": after.at_rest,
        "changed_at": at,
    }


def entry_row(entry: AuditEntry) -> Fields:
    """Return the row of an entry of the audit chain; `entry_of` reads it."""
    return {**asdict(entry), "at": entry.at.isoformat()}


def entry_of(row: RowMapping) -> AuditEntry:
    """Return the entry that a row holds."""
    return AuditEntry(**{**row, "at": datetime.fromisoformat(row["at"])})


def new_outcome_rows(before: Video | None, after: Video) -> list[Fields]:
    """Return the rows of the outcomes that a change adds."""
    old = before.outcomes if before else {}
    outcomes = {key: blob for key, blob in after.outcomes.items() if key not in old}
    return [
        {
            "video_id": after.video_id,
            **key._asdict(),
            "blob_key": blob.key,
            "size": blob.size,
            "sha256": blob.sha256,
        }
        for key, blob in outcomes.items()
    ]


def subject_rows(video_id: VideoId, subjects: Iterable[tuple[int, LinkedSubject]]) -> list[Fields]:
    """Return the rows of subjects that have no identity yet, each with its position."""
    return [
        {"video_id": video_id, "subject_id": subject.subject_id, "position": position}
        for position, subject in subjects
    ]


def track_rows(
    video_id: VideoId, subject: LinkedSubject, known: Iterable[TrackId]
) -> list[Fields]:
    """Return the rows of a subject's tracks that are not known yet."""
    return [
        {
            "video_id": video_id,
            "track_id": track,
            "subject_id": subject.subject_id,
            "position": position,
        }
        for position, track in enumerate(subject.tracks)
        if track not in set(known)
    ]


def _outcomes(connection: Connection, video_id: VideoId) -> dict[TaskKey, Blob]:
    columns = OUTCOME.c
    found = connection.execute(
        select(
            columns.stage,
            columns.round,
            columns.part,
            columns.blob_key,
            columns.size,
            columns.sha256,
        ).where(columns.video_id == video_id)
    )
    return {
        TaskKey(stage, number, part): Blob(key=BlobKey(key), size=size, sha256=sha256)
        for stage, number, part, key, size, sha256 in found.all()
    }


def _people(connection: Connection, video_id: VideoId) -> dict[str, Any]:
    rows = connection.execute(
        select(SUBJECT).where(SUBJECT.c.video_id == video_id).order_by(SUBJECT.c.position)
    ).all()
    tracks = _tracks(connection, video_id) if rows else {}
    return {
        "subjects": tuple(
            LinkedSubject(subject_id=row.subject_id, tracks=tuple(tracks.get(row.subject_id, ())))
            for row in rows
        ),
        "identities": {row.subject_id: _accepted(row) for row in rows if row.identity_id},
    }


def _tracks(connection: Connection, video_id: VideoId) -> dict[SubjectId, list[TrackId]]:
    tracks: dict[SubjectId, list[TrackId]] = {}
    for row in connection.execute(
        select(TRACK).where(TRACK.c.video_id == video_id).order_by(TRACK.c.position)
    ):
        tracks.setdefault(row.subject_id, []).append(row.track_id)
    return tracks


def _accepted(row: Row[Any]) -> AcceptedIdentity:
    return AcceptedIdentity(
        subject_id=row.subject_id, identity_id=IdentityId(row.identity_id), attempt=row.attempt
    )
