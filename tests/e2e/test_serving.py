"""`swaddle serve` as a process."""

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
