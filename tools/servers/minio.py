"""MinIO, built from its Go module."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .golang import go
from .process import BUILT, CannotStart, Process, free_port, listening

MODULE: Final = "github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c"
USER: Final = "swaddle"
PASSWORD: Final = "only-on-loopback"  # noqa: S105 - of a server that lives as long as a test

MISSING: Final = "MinIO needs Go 1.24 or later: install go."


@dataclass(frozen=True, slots=True)
class Minio:
    """A store that runs."""

    process: Process
    port: int

    def url(self, bucket: str) -> str:
        """The URL of a bucket."""
        return f"s3://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{bucket}?tls=none"


def start(folder: Path) -> Minio:
    """Start a store with its data in a folder; raises CannotStart."""
    binary, port = program(), free_port()
    addresses = ["--address", f"127.0.0.1:{port}", "--console-address", f"127.0.0.1:{free_port()}"]
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    process = Process(
        "MinIO",
        [str(binary), "server", str(data), *addresses],
        folder / "minio.log",
        ready=lambda: listening(port),
        environment={"MINIO_ROOT_USER": USER, "MINIO_ROOT_PASSWORD": PASSWORD},
    )
    process.start()
    return Minio(process, port)


def program() -> Path:
    """Return the program; build it the first time. Raises CannotStart."""
    home = BUILT / MODULE.rpartition("@")[2]
    if not (home / "minio").is_file():
        go("install", [MODULE], home, MISSING, environment={"GOBIN": str(home)})
    if not (home / "minio").is_file():
        raise CannotStart("go install made no minio.")
    return home / "minio"
