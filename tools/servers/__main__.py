"""
Install what the servers need: Kafka's jars, MinIO, PostgreSQL where it is missing, Kubernetes.

    python -m tools.servers [kafka minio postgres kubernetes]

PostgreSQL comes from Debian's packages, if this is Debian and we are root.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tools.servers import definitions, kafka, kubernetes, minio, postgres
from tools.servers.process import CannotStart


def main(wanted: Sequence[str]) -> int:
    """Install; say what could not be."""
    missing = 0
    for name in wanted or PARTS:
        try:
            PARTS[name]()
        except CannotStart as error:
            print(f"NO {name}: {error}")
            missing += 1
        else:
            print(f"ok {name}", flush=True)
    return missing


def _kubernetes() -> None:
    kubernetes.programs()
    for version in definitions.VERSIONS:
        definitions.schemas(version)


def _postgres() -> None:
    try:
        postgres.programs()
    except CannotStart:
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            raise
        # The lists of a fresh machine are empty.
        subprocess.run(["apt-get", "-qq", "update"], check=False)  # noqa: S607 - the system's
        subprocess.run(
            ["apt-get", "-qq", "-y", "install", "postgresql"],  # noqa: S607 - the system's
            check=False,
            stdout=subprocess.DEVNULL,
        )
        postgres.programs()


PARTS: Final[Mapping[str, Callable[[], object]]] = {
    "kafka": kafka.libraries,
    "minio": minio.program,
    "postgres": _postgres,
    "kubernetes": _kubernetes,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
