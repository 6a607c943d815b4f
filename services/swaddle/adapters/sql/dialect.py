"""Which database it is: one module for each holds everything that depends on that."""

from types import ModuleType
from typing import Final

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError

from swaddle.kernel.errors import SwaddleError

from . import on_postgresql, on_sqlite

KNOWN: Final[dict[str, ModuleType]] = {"sqlite": on_sqlite, "postgresql": on_postgresql}


def connect(url: URL) -> Engine:
    """Return an engine for a URL of a known database, without connecting."""
    return KNOWN[url.get_backend_name()].connect(url)


def reader(engine: Engine) -> Engine:
    """Return the engine for transactions that only read: one state, and nobody waits for them."""
    return KNOWN[engine.dialect.name].reader(engine)


def lock(connection: Connection, name: str) -> None:
    """Wait until nobody else holds this name, and hold it until the transaction ends."""
    KNOWN[connection.dialect.name].lock(connection, name)


def try_lock(connection: Connection, name: str) -> bool:
    """Hold this name until the transaction ends, unless somebody else does; return whether."""
    held: bool = KNOWN[connection.dialect.name].try_lock(connection, name)
    return held


def set_once(database: str, table: str, column: str) -> tuple[str, ...]:
    """Return the DDL after which a value of the column can only be given, never changed."""
    return KNOWN[database].set_once(table, column)


def append_only(database: str, table: str) -> tuple[str, ...]:
    """Return the DDL after which rows of the table can neither be changed nor removed."""
    return KNOWN[database].append_only(table)


def translated(database: str, error: DBAPIError) -> SwaddleError:
    """Return our error for what the driver says, IntegrityError excepted."""
    return KNOWN[database].translated(error)
