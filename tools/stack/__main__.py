"""
Anonymize a video on the whole platform: Kafka, MinIO, PostgreSQL and nine services.

    python -m tools.stack VIDEO OUT
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.servers.process import CannotStart
from tools.stack.platform import SWADDLE, running


def main() -> int:
    """Start everything, submit the video, wait, fetch, stop everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    if not arguments.video.is_file():
        print(f"{arguments.video} is not here.")
        return 2
    with tempfile.TemporaryDirectory(prefix="swaddle-stack-") as folder:
        try:
            return _anonymize(Path(folder), arguments.video, arguments.output)
        except CannotStart as error:
            print(error)
            return 5


def _anonymize(room: Path, video: Path, output: Path) -> int:
    print("starting Kafka, MinIO, PostgreSQL and nine services", flush=True)
    with running(room) as platform:
        token = room / "token"
        token.touch(mode=0o600)
        token.write_text(platform.swaddle("token", "issue", "lab", "stack"))
        command = [SWADDLE, "submit", str(video), "--output", str(output), "--overwrite"]
        command += ["--server", platform.url, "--token-file", str(token)]
        done = subprocess.run(  # noqa: S603 - our own command
            command,
            env={**os.environ, **platform.environment},  # noqa: TID251 - handed on as it is
            check=False,
        )
        print("stopping", flush=True)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
