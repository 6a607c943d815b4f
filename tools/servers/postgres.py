"""PostgreSQL of the system's packages, in a folder of its own."""

import atexit
import os
import pwd
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg.sql import SQL, Identifier

from .process import CannotStart, Process, free_port, run

PROGRAMS: Final = "/usr/lib/postgresql"
MISSING: Final = "PostgreSQL is missing: install postgresql."
SERVER_USER: Final = "postgres"
"""PostgreSQL refuses to run as root: there it runs as the user that its package makes."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server that runs."""

    process: Process
    port: int

    def url(self, database: str = "postgres") -> str:
        """The URL of a ledger."""
        return f"postgresql://{SERVER_USER}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """Make an empty database; return its URL."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(database)))
        return self.url(database)


def start(folder: Path) -> Postgres:
    """Start a server with its data in a folder, or in one of its own; raises CannotStart."""
    binaries, port = programs(), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    home = _own_home() if os.geteuid() == 0 else folder
    data = home / "data"
    making = [f"{binaries}/initdb", "-D", str(data), "-A", "trust", "-U", SERVER_USER, "-N"]
    run([*_as_server(), *making], home, MISSING)
    listen = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={home}"]
    server = [f"{binaries}/postgres", "-D", str(data), "-p", str(port), *listen]
    process = Process(
        "PostgreSQL",
        [*_as_server(), *server],
        folder / "postgres.log",
        ready=lambda: _answers(server_at),
    )
    server_at = Postgres(process, port)
    process.start()
    return server_at


def _answers(server: Postgres) -> bool:
    """Return whether it takes connections: after a crash it recovers first."""
    try:
        psycopg.connect(server.url(), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _as_server() -> list[str]:
    """Return what runs a command as another user than root, in its own process."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={SERVER_USER}", f"--regid={SERVER_USER}", "--clear-groups"]


def _own_home() -> Path:
    """
    Make a folder for another user than root, which goes when this process ends.

    Root's temporary folders are closed to others, and pytest closes its own again whenever it starts.
    """
    try:
        pwd.getpwnam(SERVER_USER)
    except KeyError as error:
        raise CannotStart(MISSING) from error
    home = Path(tempfile.mkdtemp(prefix="swaddle-postgres-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    shutil.chown(home, SERVER_USER)
    return home


def programs() -> Path:
    """Return the folder of the programs; raises CannotStart."""
    found = sorted(Path(PROGRAMS).glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        raise CannotStart(MISSING)
    return found[-1]
