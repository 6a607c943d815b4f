"""The whole platform as processes: BentoML services, workers, an API; then everything is killed."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from subprocess import CalledProcessError
from time import monotonic, sleep

import cv2
import httpx
import numpy as np
import pytest
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import ConfigResource

from swaddle import bootstrap
from swaddle.coordinator.erasing import SECOND_SWEEP, sweep_erased
from swaddle.entrypoints.cli.exit_codes import ExitCode
from swaddle.entrypoints.cli.probing import TENANT as PROBE
from swaddle.entrypoints.client import Client
from swaddle.kernel.identifiers import VideoId
from swaddle.kernel.life import State
from swaddle.kernel.ports import Ledger
from swaddle.scenes.rendering import Moment
from tests.e2e.asking import Later
from tests.faults.checker import broken_promises
from tests.media.clips import Recipe, make
from tools.bentos import MODELS
from tools.servers.kafka import Kafka
from tools.servers.minio import Minio
from tools.servers.postgres import Postgres
from tools.stack.platform import Platform, running, tended

pytestmark = pytest.mark.models

PATIENCE_S = 420


@pytest.fixture(scope="module")
def platform(
    kafka: Kafka,
    minio: Minio,
    postgres: Postgres,
    models: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Platform]:
    """A platform with servers of its own: they are killed. The others say that they can start."""
    del kafka, minio, postgres, models
    with running(tmp_path_factory.mktemp("stack")) as platform:
        yield platform


@pytest.fixture(scope="module")
def token(platform: Platform) -> str:
    return platform.swaddle("token", "issue", "lab", "somebody")


def test_a_client_gets_a_released_video(
    platform: Platform,
    token: str,
    rendered: Callable[[str], tuple[Path, list[Moment]]],
    tmp_path: Path,
) -> None:
    video, _ = rendered("hard-cut")
    (tmp_path / "token").write_text(token)
    output = tmp_path / "out.mp4"
    words = ["submit", str(video), "-o", str(output), "--token-file", str(tmp_path / "token")]
    said = platform.swaddle(*words, "--server", platform.url)
    verified = platform.swaddle("verify", str(output))

    assert "released" in said
    assert verified.startswith("Unchanged since")
    assert (tmp_path / "out.mp4.report.html").is_file()


def test_model_services_answer_who_has_the_service_token(platform: Platform) -> None:
    picture = np.full((64, 64, 3), 128, np.uint8)
    encoded = base64.b64encode(cv2.imencode(".png", picture)[1].tobytes()).decode()
    secret = platform.environment["SWADDLE_SERVICE_TOKEN"]
    answers = {}
    for name, route, body in (
        ("detection", "detect", {"picture": encoded}),
        ("identity", "generate", {"seed": "ab" * 32, "age_group": "child"}),
    ):
        url = f"http://127.0.0.1:{platform.ports[name]}/{route}"
        for word in (secret, "wrong"):
            headers = {"Authorization": f"Bearer {word}"}
            answers[name, word == secret] = httpx.post(url, json=body, headers=headers, timeout=60)
    identity = answers["identity", True].json()
    swap = httpx.post(
        f"http://127.0.0.1:{platform.ports['swapping']}/swap",
        json={"picture": encoded, "identity": identity, "age_group": "child"},
        headers={"Authorization": f"Bearer {secret}"},
        timeout=60,
    )

    assert {key: answer.status_code for key, answer in answers.items()} == {
        ("detection", True): 200,
        ("detection", False): 401,
        ("identity", True): 200,
        ("identity", False): 401,
    }
    assert answers["detection", True].json() == []
    assert swap.json()["swapped"] == swap.json()["covered"] == 0


def test_the_probe_lets_a_clip_through_and_leaves_nothing(platform: Platform) -> None:
    said = platform.swaddle("probe", "--server", platform.url, "--demo")
    ledger = bootstrap.ledger(platform.settings)
    rows = ledger.page(PROBE, 10)
    ledger.close()

    assert said.split("\n") == ["ok bus", "ok blobs", "ok ledger", "ok api", "ok demo"]
    assert [row.state for row in rows] == [State.ERASED]


@pytest.mark.parametrize(
    ("broken", "what"),
    [
        ("kafka", "NO bus     Kafka does not answer"),
        ("minio", "NO blobs   The blob store does not answer"),
        ("postgres", "NO ledger  The ledger does not answer"),
    ],
)
def test_the_probe_says_what_is_broken(platform: Platform, broken: str, what: str) -> None:
    store = platform.stores[broken]
    with tended(platform.services):
        store.kill()
        with pytest.raises(CalledProcessError) as failed:
            platform.swaddle("probe")
        store.start()

    assert failed.value.returncode == ExitCode.UNAVAILABLE
    (complaint,) = [line for line in failed.value.stdout.split("\n") if line.startswith("NO")]
    assert complaint.startswith(what)


@pytest.mark.parametrize(
    ("variable", "change", "what_to_do"),
    [
        ("SWADDLE_TOPIC_PREFIX", ("swaddle", "other"), "`swaddle migrate bus` makes them"),
        ("SWADDLE_BLOBS_URL", ("/swaddle?", "/other?"), "no bucket other; `swaddle migrate`"),
        ("SWADDLE_LEDGER_URL", ("/swaddle", "/postgres"), "`swaddle migrate ledger`"),
    ],
)
def test_the_probe_says_what_was_never_made(
    platform: Platform, variable: str, change: tuple[str, str], what_to_do: str
) -> None:
    elsewhere = platform.environment.get(variable, "swaddle").replace(*change)
    other = replace(platform, environment={**platform.environment, variable: elsewhere})
    with pytest.raises(CalledProcessError) as failed:
        other.swaddle("probe")

    assert what_to_do in failed.value.stdout


def test_whatever_is_killed_every_video_ends_and_no_promise_breaks(
    platform: Platform, token: str, tmp_path: Path
) -> None:
    client = Client.to(platform.url, token)
    content = make(Recipe(frames=12))
    (tmp_path / "small.mp4").write_bytes(content)
    settings = platform.settings
    with tended(platform.services):
        videos = [VideoId(client.submit(tmp_path / "small.mp4", {})) for _ in range(20)]
        erased = videos[-3:]
        _poison(platform)
        with _full(platform, "swaddle.interactive.identity"):
            sleep(10)
        for process in (*platform.services.values(), *platform.stores.values()):
            sleep(1)
            process.kill()
            if process in platform.stores.values():
                sleep(1)
                process.start()
            if process is platform.services["swapping"]:
                # While somebody works on them: what comes later must not stay.
                for video in erased:
                    _insist(lambda v=video: client.http.delete(f"/v1/videos/{v}"))
        ledger, blobs = bootstrap.ledger(settings), bootstrap.blob_store(settings)
        states = _ended(ledger, videos)
        sweep_erased(ledger, blobs, Later(2 * SECOND_SWEEP))
        broken = broken_promises(ledger, blobs, videos, erased)
        ledger.close()

    assert broken == []
    assert states.count(State.ERASED) == len(erased)
    assert states.count(State.RELEASED) == len(videos) - len(erased)


def _insist(ask: Callable[[], httpx.Response]) -> None:
    """Ask until there is an answer, as whoever wants something erased does."""
    for _ in range(60):
        with suppress(httpx.HTTPError):
            if ask().is_success:
                return
        sleep(1)
    pytest.fail("The API does not answer.")


def _poison(platform: Platform) -> None:
    """Put something on every topic of commands that nobody can read."""
    servers = platform.environment["SWADDLE_BUS_URL"].split("/")[2].split("?")[0]
    producer = KafkaProducer(bootstrap_servers=servers)
    for stage in MODELS:
        producer.send(f"swaddle.interactive.{stage}", b"no message", key=b"nobody")
    producer.flush()
    producer.close()


@contextmanager
def _full(platform: Platform, topic: str) -> Iterator[None]:
    """Let a topic take nothing."""
    servers = platform.environment["SWADDLE_BUS_URL"].split("/")[2].split("?")[0]
    admin = KafkaAdminClient(bootstrap_servers=servers)
    admin.alter_configs([ConfigResource("TOPIC", topic, {"max.message.bytes": "1"})])
    yield
    admin.alter_configs([ConfigResource("TOPIC", topic, {"max.message.bytes": str(1 << 20)})])
    admin.close()


def _ended(ledger: Ledger, videos: list[VideoId]) -> list[State]:
    deadline = monotonic() + PATIENCE_S
    while monotonic() < deadline:
        found = [ledger.find(video) for video in videos]
        if all(video.at_rest for video in found):
            break
        sleep(1)
    return [video.state for video in found]
