"""What SQLite itself refuses, and what it says when it cannot go on."""

import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from sqlite3 import connect
from subprocess import PIPE, Popen

import pytest
from sqlalchemy import Engine, delete, event, text, update
from sqlalchemy.exc import IntegrityError

from swaddle.adapters.fakes.clock import FakeClock
from swaddle.adapters.sql.engine import migrate, open_engine
from swaddle.adapters.sql.ledger import SqlLedger
from swaddle.adapters.sql.schema import AUDIT, SUBJECT
from swaddle.kernel import audit
from swaddle.kernel.errors import Forged, StorageFailed, Unavailable
from tests.contracts.videos import V1, filled, received

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


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    # Nobody else is there to be waited for, but where a test wants somebody.
    event.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA busy_timeout=0"))
    yield engine
    engine.dispose()


@pytest.fixture
def ledger(engine: Engine) -> SqlLedger:
    migrate(engine)
    return SqlLedger(engine, FakeClock())


def test_two_processes_count_together(url: str, engine: Engine) -> None:
    command = [sys.executable, "-c", WRITER, url]
    writers = [Popen(command, stdin=PIPE) for _ in range(2)]  # noqa: S603 - our own words
    for writer in writers:
        writer.stdin.close()
    codes = [writer.wait(timeout=60) for writer in writers]
    ledger = SqlLedger(engine, FakeClock())

    assert codes == [0, 0]
    assert ledger.find(V1).repairs == 80
    audit.verify(ledger.history(V1))


def test_a_changed_history_is_noticed(ledger: SqlLedger, tmp_path: Path) -> None:
    ledger.admit(received())
    ledger.change(V1, lambda _: filled(), "VideoChecked")
    with closing(connect(tmp_path / "ledger.db")) as file, file:
        file.execute("DROP TRIGGER audit_refuses_update")
        file.execute("UPDATE audit SET event = 'VideoCertified' WHERE number = 1")

    with pytest.raises(Forged, match="entry 1"):
        audit.verify(ledger.history(V1))


def test_a_history_without_its_beginning_is_noticed(ledger: SqlLedger, tmp_path: Path) -> None:
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
def test_the_database_itself_refuses(engine: Engine, statement: object) -> None:
    migrate(engine)
    SqlLedger(engine, FakeClock()).admit(filled())

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(statement)


def test_a_writer_that_does_not_finish_makes_the_ledger_unavailable(
    engine: Engine, tmp_path: Path
) -> None:
    migrate(engine)
    ledger = SqlLedger(engine, FakeClock())
    ledger.admit(received())
    with closing(connect(tmp_path / "ledger.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked"):
            ledger.change(V1, lambda _: filled(), "Event")

        assert ledger.find(V1) == received()


def test_a_ledger_without_tables_is_unavailable(engine: Engine) -> None:
    with pytest.raises(Unavailable, match="no such table"):
        SqlLedger(engine, FakeClock()).find(V1)


def test_a_full_disk_is_a_storage_failure(engine: Engine) -> None:
    migrate(engine)
    ledger = SqlLedger(engine, FakeClock())
    ledger.admit(received())
    with engine.connect() as connection:
        connection.execute(text("PRAGMA max_page_count = 1"))

    with pytest.raises(StorageFailed, match="full"):
        ledger.change(V1, lambda v: replace(v, reason="x" * 100_000), "Event")
    assert ledger.find(V1) == received()
