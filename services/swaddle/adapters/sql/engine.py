"""Opens the database of the ledger and brings its tables up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from swaddle.kernel.errors import Conflict, Misused, Unavailable

from . import dialect


def open_engine(url: str) -> Engine:
    """Return an engine for a database URL, without connecting; raises Misused."""
    try:
        database = make_url(url).get_backend_name()
    except ArgumentError as error:
        msg = "The ledger URL is not one; give a URL sqlite:///PATH."
        raise Misused(msg) from error
    if database not in dialect.KNOWN:
        msg = f"The ledger cannot be kept in {database}; give a URL sqlite:///PATH."
        raise Misused(msg)
    engine = create_engine(url)
    dialect.prepare(engine)
    return engine


def migrate(engine: Engine) -> None:
    """Make or update the tables; does nothing where they are up to date. All or nothing."""
    with as_file(files(__package__) / "migrations") as folder:
        config = Config()
        # A percent sign begins an interpolation there.
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        with transaction(engine) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Commit what is done inside, or nothing; the driver's errors come out as ours."""
    try:
        with engine.begin() as connection:
            yield connection
    except IntegrityError as error:
        msg = f"The ledger refuses a change that breaks a promise: {error.orig}."
        raise Conflict(msg) from error
    except DBAPIError as error:
        raise dialect.translated(error) from error
    except PoolExhausted as error:
        msg = "The ledger does not answer: all connections are in use."
        raise Unavailable(msg) from error
