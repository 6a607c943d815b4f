"""A server that runs until it is stopped."""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import Final

import httpx
import psutil

READY_S: Final = 90.0
STOP_S: Final = 30.0
AGAIN_S: Final = 1.0
ATTEMPTS: Final = 6

BUILT: Final = Path(__file__).resolve().parents[2] / "build" / "servers"
"""Where programs and libraries of servers are kept."""


class CannotStart(Exception):
    """A server is missing or did not answer; the sentence says what to do."""


@dataclass(slots=True)
class Process:
    """A command that is started, killed and started again with the same data."""

    name: str
    command: Sequence[str]
    log: Path
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    _running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """
        Start it and wait until it answers; raises CannotStart.

        One that was killed may leave children which hold its port or its memory for a moment: what
        ends at once is started again a few times, as whoever runs services does.
        """
        self.spawn()
        attempts, deadline = 1, time.monotonic() + READY_S
        while not self.ready():
            if not self.alive and attempts < ATTEMPTS:
                time.sleep(AGAIN_S)
                self.spawn()
                attempts += 1
            elif not self.alive or time.monotonic() > deadline:
                self.kill()
                raise CannotStart(f"{self.name} did not start; {self.log} says why.")
            time.sleep(0.1)

    def spawn(self) -> None:
        """Start it, in a session of its own, and do not wait."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(  # noqa: S603 - our own commands
                self.command,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **self.environment},  # noqa: TID251 - handed on as it is
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        """Whether it was started and has not ended."""
        return self._running is not None and self._running.poll() is None

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        if self._running is None:
            return
        self._running.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._running.wait(STOP_S)
        self.kill()

    def kill(self) -> None:
        """End it, with everything it started, as a power failure does."""
        if self._running is None:
            return
        # Some start children in sessions of their own, which would live on.
        for process in _family(self._running.pid):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._running.wait()
        self._running = None


def _family(number: int) -> list[psutil.Process]:
    """Return a process with everything below it."""
    try:
        head = psutil.Process(number)
        return [head, *head.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listening(port: int) -> bool:
    """Return whether somebody accepts connections on a port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answering(url: str) -> bool:
    """Return whether somebody says 200 to a GET."""
    try:
        return httpx.get(url, timeout=5).status_code == HTTPStatus.OK
    except httpx.HTTPError:
        return False


def built(name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder of BUILT; it is made the first time, and again where that broke off."""
    home = BUILT / name
    if not (home / "complete").is_file():
        home.mkdir(parents=True, exist_ok=True)
        make(home)
        (home / "complete").touch()
    return home


def run(
    command: Sequence[str],
    folder: Path,
    missing: str,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Run a command to its end; raises CannotStart with what it said last."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(  # noqa: S603 - our own commands
            command,
            cwd=folder,
            env={**os.environ, **environment},  # noqa: TID251 - handed on as it is
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise CannotStart(missing) from error
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise CannotStart(f"{command[0]} failed: {' '.join(last)}")
