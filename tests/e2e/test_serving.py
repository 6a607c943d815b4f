"""`swaddle serve` as a process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from swaddle import bootstrap
from tools.servers.process import Process, free_port, listening


@pytest.mark.models
def test_a_server_that_is_told_to_stop_stops_its_stages_first(
    models: Path, tmp_path: Path
) -> None:
    del models
    environment = {
        "SWADDLE_WORK_FOLDER": str(tmp_path / "work"),
        "SWADDLE_CONFIG_FOLDER": str(tmp_path / "config"),
    }
    port = free_port()
    command = [str(Path(sys.executable).parent / "swaddle"), "serve", "--port", str(port)]
    log = tmp_path / "log"
    server = Process("serve", command, log, lambda: listening(port), environment)
    server.start()
    server.stop()

    assert log.read_text().count("worker stopped") == len(bootstrap.STAGES)


EARLY = """
import os, signal, sys, uvicorn
run = uvicorn.Server.run
def told_first(server):
    os.kill(os.getpid(), signal.SIGTERM)
    run(server)
uvicorn.Server.run = told_first
from swaddle.entrypoints.cli.main import app
app(["serve", "--stage", "coordinator", "--port", sys.argv[1]])
"""


def test_who_is_told_to_stop_before_it_serves_stops(tmp_path: Path) -> None:
    """A pod that is taken away while it starts would else hold its node for its whole grace."""
    told = subprocess.run(  # noqa: S603 - our own arguments
        [sys.executable, "-c", EARLY, str(free_port())],
        env={**os.environ, "SWADDLE_RUN_FOLDER": str(tmp_path)},  # noqa: TID251 - handed on
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert "worker stopped" in told.stderr
    assert told.returncode == 0
