"""Writes what is given once and then stays: outcomes, subjects, tracks, identities."""

from sqlalchemy import Connection, insert, update

from swaddle.kernel.errors import Conflict
from swaddle.kernel.life import Video

from . import rows
from .schema import OUTCOME, SUBJECT, TRACK


def add_outcomes(connection: Connection, before: Video | None, after: Video) -> None:
    """Insert new outcomes; raises Conflict where one would be replaced."""
    old = before.outcomes if before else {}
    if not old.items() <= after.outcomes.items():
        raise Conflict(f"An outcome of video {after.video_id} would be replaced.")
    if new := rows.new_outcome_rows(before, after):
        connection.execute(insert(OUTCOME), new)


def add_people(connection: Connection, before: Video | None, after: Video) -> None:
    """Insert new subjects and tracks; raises Conflict where one would be lost."""
    old = {s.subject_id: s.tracks for s in before.subjects} if before else {}
    stayed = {s.subject_id: set(s.tracks) for s in after.subjects}
    if any(not set(tracks) <= stayed.get(subject, set()) for subject, tracks in old.items()):
        raise Conflict(f"A subject of video {after.video_id} would lose a track.")
    new = [(n, s) for n, s in enumerate(after.subjects) if s.subject_id not in old]
    if new:
        connection.execute(insert(SUBJECT), rows.subject_rows(after.video_id, new))
    tracks = [
        row
        for subject in after.subjects
        for row in rows.track_rows(after.video_id, subject, old.get(subject.subject_id, ()))
    ]
    if tracks:
        connection.execute(insert(TRACK), tracks)


def give_identities(connection: Connection, before: Video | None, after: Video) -> None:
    """Give subjects their identities, or take them away: the database refuses what it must."""
    old = before.identities if before else {}
    for subject_id in sorted(old.keys() | after.identities.keys()):
        given = after.identities.get(subject_id)
        if given == old.get(subject_id):
            continue
        # Whether the subject may have it is for the database to say.
        updated = connection.execute(
            update(SUBJECT)
            .where(SUBJECT.c.video_id == after.video_id, SUBJECT.c.subject_id == subject_id)
            .values(identity_id=given and given.identity_id, attempt=given and given.attempt)
        )
        if updated.rowcount != 1:
            raise Conflict(f"Video {after.video_id} has no subject {subject_id}.")
