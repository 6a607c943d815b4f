"""Opening a ledger, and bringing its tables up to date."""

from collections.abc import Iterator
from pathlib import Path
from sqlite3 import connect
from threading import Timer

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, event

from swaddle.adapters.fakes.clock import FakeClock
from swaddle.adapters.sql.engine import migrate, open_engine
from swaddle.adapters.sql.ledger import SqlLedger
from swaddle.adapters.sql.schema import METADATA
from swaddle.kernel.errors import Misused, StorageFailed
from tests.contracts.videos import V1, filled, received


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


def test_to_migrate_twice_is_to_migrate(engine: Engine) -> None:
    migrate(engine)
    SqlLedger(engine, FakeClock()).admit(filled())
    migrate(engine)

    assert SqlLedger(engine, FakeClock()).find(V1) == filled()


def test_the_migrations_make_the_tables_that_the_ledger_uses(engine: Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), METADATA)

    assert difference == []


def test_who_opens_a_new_file_waits_for_another_who_does(engine: Engine, tmp_path: Path) -> None:
    other = connect(tmp_path / "ledger.db", check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = Timer(0.1, other.close)
    release.start()
    migrate(engine)
    release.join()

    SqlLedger(engine, FakeClock()).admit(received())


def test_a_folder_that_is_not_there_is_a_storage_failure(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/missing/ledger.db")

    with pytest.raises(StorageFailed, match="unable to open"):
        migrate(engine)


def test_a_file_that_is_no_database_is_a_storage_failure(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"a shopping list" * 100)
    engine = open_engine(f"sqlite:///{tmp_path}/ledger.db")

    with pytest.raises(StorageFailed, match="not a database"):
        migrate(engine)


@pytest.mark.parametrize("url", ["mysql://server/db", "ledger.db", "mongo://x", ""])
def test_a_url_of_something_else_is_refused(url: str) -> None:
    with pytest.raises(Misused, match="sqlite:///PATH"):
        open_engine(url)
