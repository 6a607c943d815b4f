"""Opens the database of the ledger and brings its tables up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from swaddle.kernel.errors import Conflict, Misused, Unavailable

from . import dialect

URLS: Final = "sqlite:///PATH or postgresql://USER@HOST/DATABASE"


def open_engine(url: str) -> Engine:
    """Return an engine for a database URL, without connecting; raises Misused."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise Misused(f"The ledger URL is not one; give a URL {URLS}.") from error
    database = parsed.get_backend_name()
    if database not in dialect.KNOWN:
        raise Misused(f"The ledger cannot be kept in {database}; give a URL {URLS}.")
    return dialect.connect(parsed)


def migrate(engine: Engine) -> None:
    """Make or update the tables; does nothing where they are up to date. All or nothing."""
    with as_file(files(__package__) / "migrations") as folder:
        config = Config()
        # A percent sign begins an interpolation there.
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        with transaction(engine) as connection:
            # Of several services that start at once, one makes the tables.
            dialect.lock(connection, "migration")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def probe(engine: Engine) -> None:
    """Raise Unavailable where the database does not answer, or its tables are not up to date."""
    with as_file(files(__package__) / "migrations") as folder:
        wanted = ScriptDirectory(str(folder)).get_current_head()
    with transaction(engine) as connection:
        there = MigrationContext.configure(connection).get_current_revision()
    if there != wanted:
        raise Unavailable("The tables of the ledger are not up to date: `swaddle migrate ledger`.")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Commit what is done inside, or nothing; the driver's errors come out as ours."""
    with _our_errors(engine.dialect.name), engine.begin() as connection:
        yield connection


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """Take back what is done inside where it fails, and nothing that was done before."""
    with _our_errors(connection.dialect.name), connection.begin_nested():
        yield


@contextmanager
def translated(connection: Connection) -> Iterator[None]:
    """Let the driver's errors come out as ours."""
    with _our_errors(connection.dialect.name):
        yield


@contextmanager
def _our_errors(database: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        msg = f"The ledger refuses a change that breaks a promise: {error.orig}."
        raise Conflict(msg) from error
    except DBAPIError as error:
        raise dialect.translated(database, error) from error
    except PoolExhausted as error:
        msg = "The ledger does not answer: all connections are in use."
        raise Unavailable(msg) from error
