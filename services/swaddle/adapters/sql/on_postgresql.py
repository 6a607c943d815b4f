"""What is particular to PostgreSQL: many writers, from everywhere."""

from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, func, select
from sqlalchemy.exc import DBAPIError

from swaddle.kernel.errors import StorageFailed, SwaddleError, Unavailable

DRIVER: Final = "postgresql+psycopg"

STORAGE_CLASSES: Final = ("53", "58")
"""Error classes that speak of a disk or of room on it (PostgreSQL manual, appendix A)."""

CONNECT_S: Final = 10
"""How long a server may take to answer; one that is down is asked again by the next message."""


def connect(url: URL) -> Engine:
    """Return an engine that notices connections which a restarted server has forgotten."""
    return create_engine(
        url.set(drivername=DRIVER),
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_S},
    )


def reader(engine: Engine) -> Engine:
    """Return the engine for transactions that only read: one state, and nobody waits for them."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def lock(connection: Connection, name: str) -> None:
    """Wait until nobody else holds this name, and hold it until the transaction ends."""
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def try_lock(connection: Connection, name: str) -> bool:
    """Hold this name until the transaction ends, unless somebody else does; return whether."""
    number = func.hashtextextended(name, 0)
    return bool(connection.scalar(select(func.pg_try_advisory_xact_lock(number))))


def set_once(table: str, column: str) -> tuple[str, ...]:
    """Return the DDL after which a value of the column can only be given, never changed."""
    name = f"{table}_{column}_is_set_once"
    changes = f"OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column}"
    trigger = (
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} "
        f"FOR EACH ROW WHEN ({changes}) EXECUTE FUNCTION {name}()"
    )
    return _refusal(name, f"{table}.{column} is set once"), trigger


def append_only(table: str) -> tuple[str, ...]:
    """Return the DDL after which rows of the table can neither be changed nor removed."""
    name = f"{table}_is_append_only"
    trigger = (
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )
    return _refusal(name, f"{table} is append-only"), trigger


def _refusal(name: str, sentence: str) -> str:
    """Return the DDL of a trigger function that breaks the transaction as a constraint does."""
    raises = f"RAISE integrity_constraint_violation USING MESSAGE = '{sentence}'"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {raises}; END $$"
    )


def translated(error: DBAPIError) -> SwaddleError:
    """Return our error for what the driver says, IntegrityError excepted."""
    cause: Any = error.orig
    state = getattr(cause, "sqlstate", None) or ""
    if state.startswith(STORAGE_CLASSES):
        return StorageFailed(f"The ledger cannot be read or written ({state}).")
    # The driver's own sentence may name hosts and users; the state is enough to look it up.
    return Unavailable(f"The ledger does not answer ({state or type(cause).__name__}).")
