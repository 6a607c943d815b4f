"""What is particular to SQLite: one writer at a time, on one machine."""

import sqlite3
from time import monotonic, sleep
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from swaddle.kernel.errors import StorageFailed, SwaddleError, Unavailable

READS: Final = "swaddle_reads"
"""Execution option of connections that only read: they wait for nobody."""

BUSY_MS: Final = 30_000
"""How long one writer waits for another. Transactions take milliseconds; this is a stuck disk."""

STORAGE_CODES: Final = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)
"""Primary result codes of SQLite that speak of a file or a disk (sqlite.org/rescode.html)."""


def connect(url: URL) -> Engine:
    """Return an engine whose connections wait for others and whose writers are serial."""
    engine = create_engine(url)
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def reader(engine: Engine) -> Engine:
    """Return the engine for transactions that only read: one state, and nobody waits for them."""
    return engine.execution_options(**{READS: True})


def _configure(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's connection
    # Python's driver would begin transactions when it sees fit, and deferred ones: two that read
    # and then write cannot both go on. `_begin` does it instead.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    _write_ahead(connection)
    # A power failure may take back the last commits, as a whole: the work is done again.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _write_ahead(connection: Any) -> None:  # noqa: ANN401 - the driver's connection
    """Let readers see the last commit while somebody writes."""
    deadline = monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # The busy timeout does not count here: of two who open a new file one is refused.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
            sleep(0.01)
        else:
            return


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get(READS, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def lock(_: Connection, __: str) -> None:
    """Do nothing: whoever writes is alone."""


def try_lock(_connection: Connection, _name: str) -> bool:
    """Return True: one machine writes, and to hold something would keep its writers waiting."""
    return True


def set_once(table: str, column: str) -> tuple[str, ...]:
    """Return the DDL after which a value of the column can only be given, never changed."""
    changes = f"OLD.{column} IS NOT NULL AND NEW.{column} IS NOT OLD.{column}"
    refuse = f"SELECT RAISE(ABORT, '{table}.{column} is set once');"
    name = f"{table}_{column}_is_set_once"
    return (f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN {changes} BEGIN {refuse} END",)


def append_only(table: str) -> tuple[str, ...]:
    """Return the DDL after which rows of the table can neither be changed nor removed."""
    return tuple(
        f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    )


def translated(error: DBAPIError) -> SwaddleError:
    """Return our error for what the driver says, IntegrityError excepted."""
    # The low byte of an extended code is the primary one.
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    if code in STORAGE_CODES:
        return StorageFailed(f"The ledger cannot be read or written: {error.orig}.")
    return Unavailable(f"The ledger does not answer: {error.orig}.")
