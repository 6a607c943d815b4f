"""PostgreSQL of the system's packages, in a folder of its own."""

import os
import pwd
import shutil
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
    """Start a server with its data in a folder; raises CannotStart."""
    binaries, port = programs(), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        _let_in(folder)
    data = folder / "data"
    making = [f"{binaries}/initdb", "-D", str(data), "-A", "trust", "-U", SERVER_USER, "-N"]
    run([*_as_server(), *making], folder, MISSING)
    listen = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}"]
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


def _let_in(folder: Path) -> None:
    try:
        pwd.getpwnam(SERVER_USER)
    except KeyError as error:
        raise CannotStart(MISSING) from error
    shutil.chown(folder, SERVER_USER)
    for parent in folder.parents:
        # Root's temporary folders are closed to others; passing through tells nothing.
        if parent != Path("/") and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)


def programs() -> Path:
    """Return the folder of the programs; raises CannotStart."""
    found = sorted(Path(PROGRAMS).glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        raise CannotStart(MISSING)
    return found[-1]
