"""
Services start as their pods do: on a root that cannot be written to, without rights, with the keys,
settings and folders of their row and nothing else.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from lightkube.models.core_v1 import PodSpec

from swaddle.adapters.system.key_ring import SystemKeyRing
from tests.charts.rendering import PRESETS, render
from tests.conftest import REPOSITORY
from tools.servers.process import Process, answering, free_port

pytestmark = pytest.mark.models

SERVICES = ("coordinator", "identity", "gate", "certification")
"""One that serves HTTP, one of BentoML's, one with weights, one that signs."""

ELSEWHERE = {
    "SWADDLE_BUS_URL": "memory://",
    "SWADDLE_BLOBS_URL": "file:///work/blobs",
    "SWADDLE_LEDGER_URL": "sqlite:////work/ledger.sqlite",
    "SWADDLE_SERVICE_TOKEN": "secret",
    "SWADDLE_THREADS": "2",
}
"""What is in Secrets, and what the kubelet fills in."""


@pytest.fixture(scope="module", autouse=True)
def _may_mount() -> None:
    done = subprocess.run(["unshare", "--mount", "true"], check=False)  # noqa: S607 - the system's
    if os.geteuid() != 0 or done.returncode:
        pytest.skip("only root may mount")


def kept(folder: Path, pod: PodSpec) -> Path:
    """Make the keys that a pod is given, and no others."""
    ring = SystemKeyRing(folder / "all", folder / "all")
    ring.identity_key(), ring.table_key(), ring.webhook_secret("x"), ring.public_key()
    (folder / "keys").mkdir()
    for volume in pod.volumes:
        for item in volume.secret.items if volume.name == "keys" else ():
            shutil.copy(folder / "all" / item.key, folder / "keys" / item.path)
    return folder / "keys"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_needs_nothing_but_its_pod(name: str, models: Path, tmp_path: Path) -> None:
    rendered = render(*PRESETS["minimal"])
    pod = rendered.deployments()[name].spec.template.spec
    (container,) = pod.containers
    told = dict(rendered.of("ConfigMap")[name]["data"])
    told |= {
        variable.name: variable.value or ELSEWHERE[variable.name] for variable in container.env
    }
    # Ports of this machine, which other tests use as well.
    ports = {str(port.containerPort): str(free_port()) for port in container.ports}
    told |= {key: ports.get(value, value) for key, value in told.items()}
    asked = {port.name: ports[str(port.containerPort)] for port in container.ports}
    program, *words = container.command
    command = [
        *("unshare", "--mount", str(Path(__file__).with_name("pod.sh"))),
        *(str(tmp_path / "root"), str(models), str(kept(tmp_path, pod)), str(REPOSITORY)),
        *(f"{key}={value}" for key, value in told.items()),
        *(str(REPOSITORY / ".venv/bin" / program), *(ports.get(word, word) for word in words)),
    ]
    (tmp_path / "root").mkdir()
    probe = container.readinessProbe.httpGet
    url = f"http://127.0.0.1:{asked[probe.port]}{probe.path}"
    service = Process(name, command, tmp_path / "log", lambda: answering(url))
    service.start()
    service.stop()

    assert "Read-only file system" not in (tmp_path / "log").read_text()
