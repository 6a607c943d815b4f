"""The ledger in a relational database. The promises about identities are its constraints."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import local
from typing import Final, NamedTuple

from sqlalchemy import Connection, Engine, insert, select, update

from swaddle.kernel import audit
from swaddle.kernel.audit import AuditEntry
from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import NotFound
from swaddle.kernel.identifiers import MessageId, Tenant, VideoId
from swaddle.kernel.life import State, Video
from swaddle.kernel.messages import Priority
from swaddle.kernel.ports import Clock

from . import dialect, questions, recording, rows
from .engine import savepoint, transaction, translated
from .pending import Pending, comes_to_rest, is_plain
from .schema import AUDIT, VIDEO

VOUCHED_FOR: Final = ("plan", "output", "findings", "certificate")
"""Fields of a video whose digests the audit chain holds."""


class _Held(NamedTuple):
    """A video whose row this transaction has locked, and the head of its audit chain if known."""

    video: Video
    head: AuditEntry | None


@dataclass(slots=True)
class _Together:
    """A transaction that a thread holds open, and what it knows of the videos it locked."""

    connection: Connection
    videos: dict[VideoId, _Held] = field(default_factory=dict)
    pending: Pending = field(default_factory=Pending)

    def held(self, video_id: VideoId) -> _Held:
        """Return a video as it is after all that happened here."""
        known = self.videos.get(video_id)
        return known or _Held(_found(self.connection, video_id, for_change=True), None)


class SqlLedger:
    """
    Keeps one row for each video and one for everything that is given once and then stays.

    The engine comes from `engine.open_engine`, its tables from `engine.migrate`. Safe for threads
    and for several processes: on one machine with SQLite, anywhere with PostgreSQL.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._reader = dialect.reader(engine)
        self._clock = clock
        self._here = local()

    def admit(self, video: Video) -> Video:
        """Insert, or read back."""
        with self._writing() as connection:
            # Of two who admit it at once, one finds what the other recorded.
            dialect.lock(connection, video.video_id)
            recorded = rows.load(connection, video.video_id)
            if recorded is None:
                self._record(connection, None, video, "VideoSubmitted")
        return recorded or video

    def find(self, video_id: VideoId) -> Video:
        """Read one consistent state."""
        with transaction(self._reader) as connection:
            return _found(connection, video_id)

    def change(self, video_id: VideoId, step: Callable[[Video], Video], event: str) -> Video:
        """Write only what differs."""
        together = self._together
        if together is not None:
            return self._change_within(together, video_id, step, event)
        with self._writing() as connection:
            before = _found(connection, video_id, for_change=True)
            after = step(before)
            if after != before:
                self._record(connection, before, after, event)
        return after

    def _change_within(
        self,
        together: _Together,
        video_id: VideoId,
        step: Callable[[Video], Video],
        event: str,
    ) -> Video:
        with translated(together.connection):
            before, head = together.held(video_id)
        after = step(before)
        if after == before:
            pass
        elif is_plain(before, after):
            with translated(together.connection):
                head = self._entry(together.connection, before, after, event, head)
            together.pending.add(before, after, head)
        else:
            with self._writing() as connection:
                head = self._record(connection, before, after, event, head)
        # Nobody else changes it before the transaction ends: the next event need not ask again.
        together.videos[video_id] = _Held(after, head)
        return after

    def history(self, video_id: VideoId) -> Sequence[AuditEntry]:
        """Read the chain; whether it holds is for `kernel.audit.verify` to say."""
        with transaction(self._reader) as connection:
            found = connection.execute(
                select(AUDIT).where(AUDIT.c.video_id == video_id).order_by(AUDIT.c.number)
            )
            return [rows.entry_of(row) for row in found.mappings()]

    def unfinished(self, unchanged_since: datetime | None = None) -> Sequence[VideoId]:
        """Order by the last change."""
        with transaction(self._reader) as connection:
            return connection.scalars(questions.unfinished(unchanged_since)).all()

    def page(
        self, tenant: Tenant, limit: int, after: VideoId | None = None, batch: str | None = None
    ) -> Sequence[Video]:
        """Read names first: a page is one consistent state."""
        with transaction(self._reader) as connection:
            names = connection.scalars(questions.page(tenant, limit, after, batch)).all()
            return [_found(connection, name) for name in names]

    def resting_in(self, state: State, unchanged_since: datetime) -> Sequence[VideoId]:
        """Order by the last change."""
        with transaction(self._reader) as connection:
            return connection.scalars(questions.resting_in(state, unchanged_since)).all()

    def let_in(
        self, tenant: Tenant, priority: Priority, limit: int, by: MessageId | None = None
    ) -> Sequence[Video]:
        """Hold the name of the queue until they are recorded: nobody else counts meanwhile."""
        if self._together is None:
            with self.together():
                return self.let_in(tenant, priority, limit, by)
        with self._writing() as connection:
            dialect.lock(connection, f"queue/{tenant}/{priority}")
            busy = connection.scalars(questions.number_at_work(tenant, priority)).one()
            room = max(0, limit - busy)
            names = connection.scalars(questions.queue(tenant, priority).limit(room)).all()
            before = [] if by is None else connection.scalars(questions.begun(tenant, by)).all()
            again = [_found(connection, name) for name in before]
        return again + [self.change(name, lambda v: v.let_in(by), "VideoLetIn") for name in names]

    def queues(self) -> Mapping[tuple[Tenant, Priority], int]:
        """Count in the database."""
        with transaction(self._reader) as connection:
            found = connection.execute(questions.queues()).all()
        return {(Tenant(tenant), Priority(name)): number for tenant, name, number in found}

    def batch(self, tenant: Tenant, batch: str) -> Mapping[State, int]:
        """Count in the database."""
        with transaction(self._reader) as connection:
            found = connection.execute(questions.batch(tenant, batch)).all()
        return {State(state): number for state, number in found}

    @contextmanager
    def together(self) -> Iterator[None]:
        """Hold one transaction open; what a constraint may refuse has a savepoint of its own."""
        with transaction(self._engine) as connection:
            self._here.together = together = _Together(connection)
            try:
                yield
            finally:
                del self._here.together
            together.pending.flush(connection)

    @contextmanager
    def alone(self, task: str) -> Iterator[bool]:
        """Hold the name of the task in a transaction that writes nothing."""
        with transaction(self._reader) as connection:
            yield dialect.try_lock(connection, task)

    def close(self) -> None:
        """Close the connections that wait to be used again."""
        self._engine.dispose()

    @property
    def _together(self) -> _Together | None:
        """The transaction that this thread holds open."""
        return getattr(self._here, "together", None)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        together = self._together
        if together is None:
            with transaction(self._engine) as connection:
                yield connection
            return
        with translated(together.connection):
            together.pending.flush(together.connection)
        with savepoint(together.connection):
            yield together.connection

    def _record(
        self,
        connection: Connection,
        before: Video | None,
        after: Video,
        event: str,
        head: AuditEntry | None = None,
    ) -> AuditEntry:
        entry = self._entry(connection, before, after, event, head)
        values = rows.video_row(before, after, entry.at.isoformat())
        if before is None:
            connection.execute(insert(VIDEO).values(values))
        else:
            connection.execute(
                update(VIDEO).where(VIDEO.c.video_id == before.video_id).values(values)
            )
        recording.add_outcomes(connection, before, after)
        recording.add_people(connection, before, after)
        recording.give_identities(connection, before, after)
        connection.execute(insert(AUDIT).values(rows.entry_row(entry)))
        if comes_to_rest(before, after):
            connection.execute(questions.notify(after, entry))
        return entry

    def _entry(
        self,
        connection: Connection,
        before: Video | None,
        after: Video,
        event: str,
        head: AuditEntry | None,
    ) -> AuditEntry:
        """Return the next entry of the audit chain."""
        at = self._clock.now().astimezone(UTC)
        last = head or _head(connection, after.video_id)
        return audit.append(after.video_id, last, at, event, _detail(before, after))


def _found(connection: Connection, video_id: VideoId, *, for_change: bool = False) -> Video:
    video = rows.load(connection, video_id, for_change=for_change)
    if video is None:
        msg = f"The ledger does not know a video {video_id}."
        raise NotFound(msg)
    return video


def _head(connection: Connection, video_id: VideoId) -> AuditEntry | None:
    """Return the last entry of a video's audit chain."""
    newest = select(AUDIT).where(AUDIT.c.video_id == video_id).order_by(AUDIT.c.number.desc())
    row = connection.execute(newest.limit(1)).mappings().one_or_none()
    return None if row is None else rows.entry_of(row)


def _detail(before: Video | None, after: Video) -> str:
    """Say what changed in states, numbers and digests: nothing that a person typed."""
    detail: dict[str, object] = {
        "from": before.state if before else None,
        "to": after.state,
        "revision": after.revision,
    }
    for name in VOUCHED_FOR:
        blob: Blob | None = getattr(after, name)
        if blob is not None and (before is None or getattr(before, name) != blob):
            detail[name] = blob.sha256
    return json.dumps(detail)
