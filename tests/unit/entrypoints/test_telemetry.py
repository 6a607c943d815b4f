"""What a platform tells of itself, and what it does not."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import httpx
import pytest
import structlog
from prometheus_client import REGISTRY

from swaddle.entrypoints.telemetry import Measured, serve_health, write_logs
from swaddle.kernel.errors import Unavailable
from swaddle.kernel.identifiers import MessageId, Tenant, VideoId
from swaddle.kernel.messages import CancelRequested, Message, StageFailed
from swaddle.kernel.ports import Kinds
from tools.dashboard import dashboard
from tools.servers.process import free_port

ASKED = CancelRequested(tenant=Tenant("emma-lab"), video_id=VideoId("emma"))
FAILED = StageFailed(
    **ASKED.about, stage="x", error="UnreadableVideo", reason="Emma", cause=MessageId("m")
)


class Answering:
    name: ClassVar[str] = "answering"
    listens_to: ClassVar[Kinds] = (CancelRequested,)

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def handle(self, _: Message) -> Iterator[Message]:
        yield FAILED
        if self.error is not None:
            raise self.error


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, {"stage": "answering", **labels}) or 0.0


def test_what_a_stage_answers_is_counted() -> None:
    before = counted("swaddle_messages_handled_total", kind="CancelRequested")
    failed = counted("swaddle_messages_failed_total", error="UnreadableVideo")
    answers = Measured(Answering()).handle(ASKED)

    assert [replace(answer, traceparent="") for answer in answers] == [FAILED]
    assert counted("swaddle_messages_handled_total", kind="CancelRequested") == before + 1
    assert counted("swaddle_messages_failed_total", error="UnreadableVideo") == failed + 1
    assert counted("swaddle_stage_busy") == 0


@pytest.mark.parametrize(("well", "status"), [(True, 200), (False, 503)])
def test_a_worker_says_how_it_is(well: bool, status: int) -> None:  # noqa: FBT001 - a table
    port = free_port()
    serve_health(port, lambda: well)
    answers = {path: httpx.get(f"http://127.0.0.1:{port}/{path}") for path in ("livez", "readyz")}
    metrics = httpx.get(f"http://127.0.0.1:{port}/metrics")

    assert {answer.status_code for answer in answers.values()} == {status}
    assert "swaddle_messages_handled_total" in metrics.text


def test_the_dashboard_asks_for_metrics_that_there_are() -> None:
    asked = set(re.findall(r"swaddle_\w+", dashboard().decode()))
    there = {
        name
        for metric in REGISTRY.collect()
        if metric.name.startswith("swaddle_")
        for name in (metric.name, f"{metric.name}_total", f"{metric.name}_bucket")
    }

    assert len(asked) > 10
    assert asked <= there


def test_what_breaks_is_counted_by_its_kind_and_raised() -> None:
    before = counted("swaddle_messages_deferred_total", error="Unavailable")
    with pytest.raises(Unavailable):
        Measured(Answering(Unavailable("no"))).handle(ASKED)

    assert counted("swaddle_messages_deferred_total", error="Unavailable") == before + 1


def test_no_label_holds_anything_of_a_video() -> None:
    Measured(Answering()).handle(ASKED)
    ours = [m for m in REGISTRY.collect() if m.name.startswith("swaddle")]
    labels = {value for m in ours for sample in m.samples for value in sample.labels.values()}

    assert not any("emma" in label.lower() for label in labels)


def test_a_log_is_json_and_does_not_repeat_what_an_error_held(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def broken(child: str) -> None:
        raise KeyError(len(child))

    write_logs()
    log = structlog.get_logger()
    try:
        log.debug("nothing")
        broken("emma_smith.mp4")
    except KeyError:
        log.exception("stage broke", stage="detection")
    finally:
        structlog.reset_defaults()
    (line,) = capfd.readouterr().err.splitlines()
    said = json.loads(line)

    assert (said["event"], said["stage"], said["level"]) == ("stage broke", "detection", "error")
    assert said["exception"][0]["exc_type"] == "KeyError"
    assert "emma" not in line
