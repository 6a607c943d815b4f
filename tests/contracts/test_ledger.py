"""What every ledger promises."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from sqlite3 import connect
from subprocess import PIPE, Popen
from threading import Timer

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, delete, event, text, update
from sqlalchemy.exc import IntegrityError

from swaddle.adapters.fakes.clock import FakeClock
from swaddle.adapters.sql.engine import migrate, open_engine
from swaddle.adapters.sql.ledger import SqlLedger
from swaddle.adapters.sql.schema import AUDIT, METADATA, SUBJECT
from swaddle.kernel import audit
from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import Conflict, Forged, Misused, NotFound, StorageFailed, Unavailable
from swaddle.kernel.identifiers import (
    BlobKey,
    IdentityId,
    MessageId,
    SubjectId,
    Tenant,
    TrackId,
    VideoId,
)
from swaddle.kernel.life import Candidate, State, TaskKey, Video
from swaddle.kernel.messages import (
    AcceptedIdentity,
    Goal,
    LinkedSubject,
    OpenEdges,
    Order,
    Verdict,
)
from swaddle.kernel.plan import Method
from swaddle.kernel.ports import Ledger
from swaddle.kernel.video import lay_out

A, B = SubjectId("subject-1"), SubjectId("subject-2")
V1, V2, V3 = VideoId("v1"), VideoId("v2"), VideoId("v3")


def blob(name: str) -> Blob:
    return Blob(key=BlobKey(f"lab/{name}"), size=2**40, sha256=f"{name:>064}")


def received(video_id: VideoId = V1) -> Video:
    return Video(video_id=video_id, tenant=Tenant("lab"), source=blob("source"), order=Order())


def linked(video_id: VideoId = V1) -> Video:
    """Return a video with two subjects, A with two tracks and B with one."""
    a = LinkedSubject(subject_id=A, tracks=(TrackId("t9"), TrackId("t1")))
    b = LinkedSubject(subject_id=B, tracks=(TrackId("t2"),))
    return replace(received(video_id), subjects=(a, b))


def given(subject: SubjectId, identity: str) -> dict[SubjectId, AcceptedIdentity]:
    return {
        subject: AcceptedIdentity(subject_id=subject, identity_id=IdentityId(identity), attempt=1)
    }


def identities(**names: str) -> Callable[[Video], Video]:
    """Return the step that gives A and B these identities, and takes all others away."""
    everyone = {subject: names.get(name) for subject, name in ((A, "a"), (B, "b"))}
    table = {s: i for s, name in everyone.items() if name for i in given(s, name).values()}
    return lambda video: replace(video, identities=table)


def filled() -> Video:
    """Return a video of which nothing is at its default."""
    segments = lay_out(tuple(range(0, 250, 10)), 10, 10)
    edges = OpenEdges(segment=segments[0], edges=blob("edges"))
    return replace(
        linked(),
        order=Order(method=Method.BLUR, goal=Goal.PLAN, cohort="ward 3", segment_frames=10),
        state=State.HELD,
        asked_by=MessageId("m1"),
        layout=blob("layout"),
        segments=segments,
        outcomes={TaskKey("swap", 2, 1): blob("s"), TaskKey("detect", 0, 0): blob("d")},
        link_round=2,
        open_edges={0: (edges,), 1: (edges, edges)},
        portraits=blob("portraits"),
        linked_plan=blob("linked"),
        candidates={
            A: Candidate(subject_id=A, attempt=1, identity=blob("a")),
            B: Candidate(subject_id=B, attempt=2, identity=None),
        },
        identities=given(A, "i1"),
        plan=blob("plan"),
        revision=3,
        stale=(0, 2),
        output=blob("output"),
        findings=blob("findings"),
        repairs=1,
        verdict=Verdict.HELD,
        reviewer="Dr. Jane Doe",
        reason="Emma is visible",
        error="Conflict",
        certificate=blob("certificate"),
    )


class LedgerContract:
    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Ledger:
        raise NotImplementedError

    def test_an_unknown_video_is_not_found(self, ledger: Ledger) -> None:
        with pytest.raises(NotFound):
            ledger.find(V1)
        with pytest.raises(NotFound):
            ledger.change(V1, lambda video: video, "Event")

        assert list(ledger.history(V1)) == []

    @pytest.mark.parametrize(
        "video", [received(), linked(), filled()], ids=["new", "linked", "all"]
    )
    def test_a_video_is_found_as_it_was_admitted(self, ledger: Ledger, video: Video) -> None:
        assert ledger.admit(video) == video
        assert ledger.find(V1) == video

    def test_a_video_is_admitted_once(self, ledger: Ledger) -> None:
        ledger.admit(received())
        again = ledger.admit(replace(received(), source=blob("other")))

        assert again == ledger.find(V1) == received()
        assert len(ledger.history(V1)) == 1

    def test_a_change_is_recorded(self, ledger: Ledger) -> None:
        ledger.admit(received())
        changed = ledger.change(V1, lambda _: filled(), "Event")

        assert changed == ledger.find(V1) == filled()

    def test_a_change_begins_with_what_is_recorded(self, ledger: Ledger) -> None:
        ledger.admit(filled())
        seen = []
        ledger.change(V1, lambda video: seen.append(video) or video, "Event")

        assert seen == [filled()]

    def test_a_step_that_fails_changes_nothing(self, ledger: Ledger) -> None:
        ledger.admit(received())

        def fail(_: Video) -> Video:
            raise Misused("no")

        with pytest.raises(Misused):
            ledger.change(V1, fail, "Event")
        assert ledger.find(V1) == received()
        assert len(ledger.history(V1)) == 1

    def test_two_videos_do_not_touch_each_other(self, ledger: Ledger) -> None:
        for video in (V1, V2):
            ledger.admit(linked(video))
            ledger.change(video, identities(a="i1", b="i2"), "IdentitiesFrozen")
        ledger.change(V1, lambda video: replace(video, state=State.FAILED), "StageFailed")

        assert ledger.find(V2).state is State.RECEIVED
        assert ledger.find(V2).identities == ledger.find(V1).identities

    # --- one identity per subject, and two subjects never share one --------------------------

    @pytest.mark.parametrize("later", [{"a": "i2"}, {}], ids=["another", "none"])
    def test_a_subject_keeps_its_identity(self, ledger: Ledger, later: dict[str, str]) -> None:
        ledger.admit(linked())
        ledger.change(V1, identities(a="i1"), "IdentitiesFrozen")

        with pytest.raises(Conflict):
            ledger.change(V1, identities(**later), "IdentitiesFrozen")
        assert ledger.find(V1).identities == given(A, "i1")

    def test_two_subjects_never_share_an_identity(self, ledger: Ledger) -> None:
        ledger.admit(linked())
        ledger.change(V1, identities(a="i1"), "IdentitiesFrozen")

        with pytest.raises(Conflict):
            ledger.change(V1, identities(a="i1", b="i1"), "IdentitiesFrozen")
        assert ledger.find(V1).identities == given(A, "i1")

    def test_who_is_no_subject_has_no_identity(self, ledger: Ledger) -> None:
        ledger.admit(received())

        with pytest.raises(Conflict):
            ledger.change(V1, identities(a="i1"), "IdentitiesFrozen")

    def test_a_track_belongs_to_one_subject(self, ledger: Ledger) -> None:
        ledger.admit(linked())
        both = LinkedSubject(subject_id=B, tracks=(TrackId("t2"), TrackId("t1")))

        with pytest.raises(Conflict):
            ledger.change(
                V1, lambda video: replace(video, subjects=(video.subjects[0], both)), "Event"
            )
        assert ledger.find(V1) == linked()

    def test_a_subject_never_vanishes(self, ledger: Ledger) -> None:
        ledger.admit(linked())

        with pytest.raises(Conflict):
            ledger.change(
                V1, lambda video: replace(video, subjects=video.subjects[:1]), "SubjectsLinked"
            )

    def test_a_late_subject_is_added(self, ledger: Ledger) -> None:
        ledger.admit(linked())
        late = LinkedSubject(subject_id=SubjectId("late"), tracks=(TrackId("t0"),))
        changed = ledger.change(
            V1, lambda video: replace(video, subjects=(*video.subjects, late)), "Event"
        )

        assert ledger.find(V1) == changed
        assert changed.subjects[-1] == late

    def test_an_outcome_is_never_replaced(self, ledger: Ledger) -> None:
        key = TaskKey("detect", 0, 0)
        ledger.admit(received().with_outcome(key, blob("first")))

        for outcomes in ({key: blob("second")}, {}):
            with pytest.raises(Conflict):
                ledger.change(V1, lambda v, o=outcomes: replace(v, outcomes=o), "Event")
        assert ledger.find(V1).outcomes == {key: blob("first")}

    # --- the audit chain -----------------------------------------------------------------------

    def test_the_history_tells_what_happened_and_holds(self, ledger: Ledger) -> None:
        ledger.admit(received())
        ledger.change(V1, lambda _: linked(), "SubjectsLinked")
        ledger.change(V1, identities(a="i1"), "IdentitiesFrozen")
        history = ledger.history(V1)
        audit.verify(history)

        assert [e.event for e in history] == [
            "VideoSubmitted",
            "SubjectsLinked",
            "IdentitiesFrozen",
        ]

    def test_what_changes_nothing_leaves_no_trace(self, ledger: Ledger) -> None:
        ledger.admit(filled())
        ledger.change(V1, replace, "Event")

        assert len(ledger.history(V1)) == 1

    def test_the_history_names_states_and_digests(self, ledger: Ledger) -> None:
        ledger.admit(received())
        ledger.change(
            V1, lambda v: replace(v, state=State.FINALIZED, output=blob("out")), "VideoFinalized"
        )
        detail = ledger.history(V1)[-1].detail

        assert "received" in detail
        assert "finalized" in detail
        assert blob("out").sha256 in detail

    def test_the_history_holds_nothing_personal(self, ledger: Ledger) -> None:
        ledger.admit(replace(received(), source=blob("emma_smith.mp4")))
        ledger.change(V1, lambda _: filled(), "Event")
        history = repr(ledger.history(V1))

        for word in ("emma", "Emma", "Jane", "ward 3", blob("source").sha256, "lab/"):
            assert word not in history

    # --- what waits ----------------------------------------------------------------------------

    def test_the_longest_waiting_comes_first(self, ledger: Ledger) -> None:
        for video in (V1, V3, V2):
            ledger.admit(received(video))
        ledger.change(V1, lambda v: replace(v, state=State.INGESTED), "VideoIngested")

        assert list(ledger.unfinished()) == [V3, V2, V1]

    @pytest.mark.parametrize(
        ("state", "goal", "waits"),
        [
            (State.HELD, Goal.RELEASE, False),
            (State.FAILED, Goal.RELEASE, False),
            (State.CHECKED, Goal.RELEASE, True),
            (State.LINKED, Goal.FEATURES, False),
            (State.LINKED, Goal.PLAN, True),
            (State.IDENTIFIED, Goal.PLAN, False),
            (State.IDENTIFIED, Goal.RELEASE, True),
        ],
    )
    def test_a_video_at_rest_does_not_wait(
        self,
        ledger: Ledger,
        state: State,
        goal: Goal,
        waits: bool,  # noqa: FBT001 - a table
    ) -> None:
        ledger.admit(received())
        ledger.change(V1, lambda v: replace(v, state=state, order=Order(goal=goal)), "Event")

        assert list(ledger.unfinished()) == [V1] * waits

    # --- several at once -----------------------------------------------------------------------

    def test_steps_happen_one_after_the_other(self, ledger: Ledger) -> None:
        ledger.admit(received())

        def count(_: int) -> None:
            ledger.change(V1, lambda v: replace(v, repairs=v.repairs + 1), "Counted")

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(count, range(80)))

        assert ledger.find(V1).repairs == 80
        audit.verify(ledger.history(V1))

    def test_of_two_who_admit_at_once_both_get_one_video(self, ledger: Ledger) -> None:
        offers = [replace(received(), source=blob(f"{number}")) for number in range(16)]
        with ThreadPoolExecutor(8) as threads:
            admitted = list(threads.map(ledger.admit, offers))

        assert admitted == [ledger.find(V1)] * 16


WRITER = """
import sys
from dataclasses import replace
from swaddle.adapters.sql.engine import migrate, open_engine
from swaddle.adapters.sql.ledger import SqlLedger
from swaddle.adapters.system.clock import SystemClock
from swaddle.kernel.blobs import Blob
from swaddle.kernel.life import Video
from swaddle.kernel.messages import Order

engine = open_engine(sys.argv[1])
sys.stdin.read(1)
migrate(engine)
ledger = SqlLedger(engine, SystemClock())
source = Blob(key="s", size=1, sha256="")
ledger.admit(Video(video_id="v1", tenant="lab", source=source, order=Order()))
for _ in range(40):
    ledger.change("v1", lambda v: replace(v, repairs=v.repairs + 1), "Counted")
engine.dispose()
"""


class TestSqliteLedger(LedgerContract):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'ledger.db'}"

    @pytest.fixture
    def engine(self, url: str) -> Iterator[Engine]:
        engine = open_engine(url)
        # Nobody else is there to be waited for, but where a test wants somebody.
        event.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA busy_timeout=0"))
        yield engine
        engine.dispose()

    @pytest.fixture
    def ledger(self, url: str) -> Iterator[Ledger]:
        engine = open_engine(url)
        migrate(engine)
        yield SqlLedger(engine, FakeClock())
        engine.dispose()

    def test_two_processes_count_together(self, url: str, engine: Engine) -> None:
        command = [sys.executable, "-c", WRITER, url]
        writers = [Popen(command, stdin=PIPE) for _ in range(2)]  # noqa: S603 - our own words
        for writer in writers:
            writer.stdin.close()
        codes = [writer.wait(timeout=60) for writer in writers]
        ledger = SqlLedger(engine, FakeClock())

        assert codes == [0, 0]
        assert ledger.find(V1).repairs == 80
        audit.verify(ledger.history(V1))

    def test_a_changed_history_is_noticed(self, ledger: Ledger, tmp_path: Path) -> None:
        ledger.admit(received())
        ledger.change(V1, lambda _: filled(), "VideoChecked")
        with closing(connect(tmp_path / "ledger.db")) as file, file:
            file.execute("DROP TRIGGER audit_refuses_update")
            file.execute("UPDATE audit SET event = 'VideoCertified' WHERE number = 1")

        with pytest.raises(Forged, match="entry 1"):
            audit.verify(ledger.history(V1))

    def test_a_history_without_its_beginning_is_noticed(
        self, ledger: Ledger, tmp_path: Path
    ) -> None:
        ledger.admit(received())
        ledger.change(V1, lambda _: filled(), "VideoChecked")
        with closing(connect(tmp_path / "ledger.db")) as file, file:
            file.execute("DROP TRIGGER audit_refuses_delete")
            file.execute("DELETE FROM audit WHERE number = 0")

        with pytest.raises(Forged, match="entry 0"):
            audit.verify(ledger.history(V1))

    @pytest.mark.parametrize(
        "statement",
        [
            update(AUDIT).values(event="Nothing"),
            delete(AUDIT),
            update(SUBJECT).values(identity_id="other"),
            update(SUBJECT).values(identity_id=None),
        ],
        ids=["audit changed", "audit removed", "identity changed", "identity taken away"],
    )
    def test_the_database_itself_refuses(self, engine: Engine, statement: object) -> None:
        migrate(engine)
        SqlLedger(engine, FakeClock()).admit(filled())

        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(statement)

    def test_to_migrate_twice_is_to_migrate(self, engine: Engine) -> None:
        migrate(engine)
        SqlLedger(engine, FakeClock()).admit(filled())
        migrate(engine)

        assert SqlLedger(engine, FakeClock()).find(V1) == filled()

    def test_the_migrations_make_the_tables_that_the_ledger_uses(self, engine: Engine) -> None:
        migrate(engine)
        with engine.connect() as connection:
            difference = compare_metadata(MigrationContext.configure(connection), METADATA)

        assert difference == []

    def test_a_writer_that_does_not_finish_makes_the_ledger_unavailable(
        self, engine: Engine, tmp_path: Path
    ) -> None:
        migrate(engine)
        ledger = SqlLedger(engine, FakeClock())
        ledger.admit(received())
        with closing(connect(tmp_path / "ledger.db")) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable, match="locked"):
                ledger.change(V1, lambda _: filled(), "Event")

            assert ledger.find(V1) == received()

    def test_who_opens_a_new_file_waits_for_another_who_does(
        self, engine: Engine, tmp_path: Path
    ) -> None:
        other = connect(tmp_path / "ledger.db", check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        release = Timer(0.1, other.close)
        release.start()
        migrate(engine)
        release.join()

        SqlLedger(engine, FakeClock()).admit(received())

    def test_a_ledger_without_tables_is_unavailable(self, engine: Engine) -> None:
        with pytest.raises(Unavailable, match="no such table"):
            SqlLedger(engine, FakeClock()).find(V1)

    def test_a_folder_that_is_not_there_is_a_storage_failure(self, tmp_path: Path) -> None:
        engine = open_engine(f"sqlite:///{tmp_path}/missing/ledger.db")

        with pytest.raises(StorageFailed, match="unable to open"):
            migrate(engine)

    def test_a_file_that_is_no_database_is_a_storage_failure(self, tmp_path: Path) -> None:
        (tmp_path / "ledger.db").write_bytes(b"a shopping list" * 100)
        engine = open_engine(f"sqlite:///{tmp_path}/ledger.db")

        with pytest.raises(StorageFailed, match="not a database"):
            migrate(engine)

    def test_a_full_disk_is_a_storage_failure(self, engine: Engine) -> None:
        migrate(engine)
        ledger = SqlLedger(engine, FakeClock())
        ledger.admit(received())
        with engine.connect() as connection:
            connection.execute(text("PRAGMA max_page_count = 1"))

        with pytest.raises(StorageFailed, match="full"):
            ledger.change(V1, lambda v: replace(v, reason="x" * 100_000), "Event")
        assert ledger.find(V1) == received()

    @pytest.mark.parametrize("url", ["postgresql://server/db", "ledger.db", "mongo://x", ""])
    def test_a_url_of_something_else_is_refused(self, url: str) -> None:
        with pytest.raises(Misused, match="sqlite:///PATH"):
            open_engine(url)
