"""The Bentos of the model services: built without a network, and at work where they are served."""

import sys
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from tools.bentos import ENVIRONMENT, MODELS, build
from tools.servers.process import Process, answering, free_port

DEAD = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bentos")
    with pytest.MonkeyPatch.context() as offline:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
            offline.setenv(name, DEAD)
        offline.setenv("PIP_NO_INDEX", "1")
        tags = build(folder)
    assert [tag.partition(":")[0] for tag in tags] == [f"swaddle-{name}" for name in MODELS]
    return folder


@pytest.mark.parametrize("name", MODELS)
def test_a_bento_holds_the_package_and_what_it_needs_by_digest(home: Path, name: str) -> None:
    (python,) = home.glob(f"bentos/swaddle-{name}/*/env/python")
    needed = (python / "requirements.txt").read_text()

    assert len(list(python.glob("wheels/swaddle-*.whl"))) == 1
    assert "bentoml==" in needed
    assert "pytest==" not in needed
    assert needed.count("--hash=sha256:") >= needed.count("==")


@pytest.mark.models
def test_a_served_bento_is_ready_and_asks_for_its_token(
    home: Path, models: Path, tmp_path: Path
) -> None:
    del models
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **ENVIRONMENT,
        "BENTOML_HOME": str(home),
        "SWADDLE_RUN_FOLDER": str(tmp_path),
        "SWADDLE_CONFIG_FOLDER": str(tmp_path / "config"),
        "SWADDLE_SERVICE_TOKEN": "secret",
    }

    def ready() -> bool:
        return answering(f"{url}/readyz")

    serve = [str(Path(sys.executable).parent / "bentoml"), "serve", "swaddle-identity:latest"]
    served = Process("bento", [*serve, "--port", str(port)], tmp_path / "log", ready, environment)
    served.start()
    deadline = monotonic() + 60
    body = {"seed": "ab" * 32, "age_group": "child"}
    try:
        allowed = {"Authorization": "Bearer secret"}
        with httpx.Client(base_url=url, timeout=60) as client:
            answers = [client.post("/generate", json=body, headers=h) for h in (allowed, {})]
            while "swaddle_consumer_lag" not in (metrics := client.get("/metrics").text):
                assert monotonic() < deadline, metrics
                sleep(0.5)
    finally:
        served.stop()

    assert [answer.status_code for answer in answers] == [200, 401]
    assert 'swaddle_consumer_rebalances_total{stage="identity"}' in metrics
