"""Every service as a process of its own, on real servers, on loopback."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Final

from swaddle.settings import Settings
from tools import servers
from tools.bentos import ENVIRONMENT, MODELS
from tools.servers.process import Process, answering, free_port

BIN: Final = Path(sys.executable).parent
SWADDLE: Final = str(BIN / "swaddle")

WORKERS: Final = ("ingest", "linking", "finalize", "gate", "certification")

GRACE_S: Final = 30


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform that runs."""

    url: str
    environment: Mapping[str, str]
    services: Mapping[str, Process]
    stores: Mapping[str, Process]
    ports: Mapping[str, int]

    @property
    def settings(self) -> Settings:
        """What leads to its ledger and its store."""
        return Settings(
            ledger_url=self.environment["SWADDLE_LEDGER_URL"],
            blobs_url=self.environment["SWADDLE_BLOBS_URL"],
        )

    def swaddle(self, *words: str) -> str:
        """Run a command with the platform's settings; return what it says."""
        done = subprocess.run(  # noqa: S603 - our own commands
            [SWADDLE, *words],
            env={**os.environ, **self.environment},  # noqa: TID251 - handed on as it is
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()


@contextmanager
def tended(services: Mapping[str, Process]) -> Iterator[None]:
    """Start again what ends, as a cluster does."""
    over = Event()

    def tend() -> None:
        while not over.wait(0.5):
            for process in services.values():
                if not process.alive and not over.is_set():
                    process.spawn()

    thread = Thread(target=tend, name="tending")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def running(room: Path, threads: int = 1) -> Iterator[Platform]:
    """Start everything in a folder; stop it in turn, the stores last."""
    with ExitStack() as stack:
        kafka = servers.kafka.start(room / "kafka")
        stack.callback(kafka.process.stop)
        minio = servers.minio.start(room / "minio")
        stack.callback(minio.process.stop)
        postgres = servers.postgres.start(room / "postgres")
        stack.callback(postgres.process.stop)
        environment = {
            "SWADDLE_BUS_URL": f"{kafka.url}?partitions=4",
            "SWADDLE_BLOBS_URL": minio.url("swaddle"),
            "SWADDLE_LEDGER_URL": postgres.create("swaddle"),
            "SWADDLE_RUN_FOLDER": str(room / "run"),
            "SWADDLE_KEY_FOLDER": str(room / "keys"),
            "SWADDLE_CONFIG_FOLDER": str(room / "config"),
            "SWADDLE_SERVICE_TOKEN": secrets.token_urlsafe(32),
            "SWADDLE_THREADS": str(threads),
            "BENTOML_HOME": str(room / "bentoml"),
            **ENVIRONMENT,
        }
        for name in ("run", "keys", "bentoml"):
            (room / name).mkdir(mode=0o700)
        stores = {"kafka": kafka.process, "minio": minio.process, "postgres": postgres.process}
        ports = {name: free_port() for name in ("coordinator", *MODELS)}
        services = dict(_services(room, environment, ports))
        url = f"http://127.0.0.1:{ports['coordinator']}"
        platform = Platform(url, environment, services, stores, ports)
        platform.swaddle("migrate")
        for process in services.values():
            process.start()
            stack.callback(process.stop)
        yield platform


def _services(
    room: Path, environment: Mapping[str, str], ports: Mapping[str, int]
) -> Iterator[tuple[str, Process]]:
    port = ports["coordinator"]
    serve = [SWADDLE, "serve", "--stage", "coordinator", "--port", str(port)]
    yield _service("coordinator", serve, room, environment, f"http://127.0.0.1:{port}/livez")
    for name, target in MODELS.items():
        port = ports[name]
        serve = [str(BIN / "bentoml"), "serve", target, "--host", "127.0.0.1", "--port", str(port)]
        serve += ["--timeout-graceful-shutdown", str(GRACE_S)]
        yield _service(name, serve, room, environment, f"http://127.0.0.1:{port}/readyz")
    for name in WORKERS:
        yield _service(name, [SWADDLE, "worker", name], room, environment, None)


def _service(
    name: str, command: Sequence[str], room: Path, environment: Mapping[str, str], url: str | None
) -> tuple[str, Process]:
    def ready() -> bool:
        return url is None or answering(url)

    return name, Process(name, command, room / "logs" / f"{name}.log", ready, environment)
