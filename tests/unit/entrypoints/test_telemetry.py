"""What a platform tells of itself, and what it does not."""

import json
from collections.abc import Iterator
from typing import ClassVar

import pytest
import structlog
from prometheus_client import REGISTRY

from swaddle.entrypoints.telemetry import Measured, write_logs
from swaddle.kernel.errors import Unavailable
from swaddle.kernel.identifiers import MessageId, Tenant, VideoId
from swaddle.kernel.messages import CancelRequested, Message, StageFailed
from swaddle.kernel.ports import Kinds

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

    assert list(answers) == [FAILED]
    assert counted("swaddle_messages_handled_total", kind="CancelRequested") == before + 1
    assert counted("swaddle_messages_failed_total", error="UnreadableVideo") == failed + 1
    assert counted("swaddle_stage_busy") == 0


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
