"""One video is one trace, through every message that it causes."""

import gzip
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from swaddle.adapters.fakes.clock import FakeClock
from swaddle.adapters.memory.message_bus import MemoryMessageBus
from swaddle.adapters.sql.engine import migrate, open_engine
from swaddle.adapters.sql.ledger import SqlLedger
from swaddle.coordinator.handler import Coordinator
from swaddle.entrypoints import tracing
from swaddle.entrypoints.http.desk import Desk
from swaddle.entrypoints.telemetry import Measured
from swaddle.kernel.life import State
from swaddle.kernel.messages import CancelRequested, Order, VideoSubmitted
from swaddle.kernel.ports import Stage
from swaddle.kernel.worker import Worker, run_until_idle
from tests.faults.pipeline import OF, VIDEO, Pipeline, Scenario, blob


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "TRACER", provider.get_tracer("test"))
    yield exporter
    provider.shutdown()


def worker(stage: object, bus: MemoryMessageBus) -> Worker:
    return Worker(cast("Stage[Any]", Measured(cast("Stage[Any]", stage))), bus)


def test_every_message_of_a_video_is_in_one_trace(
    spans: InMemorySpanExporter, tmp_path: Path
) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    migrate(engine)
    ledger, bus = SqlLedger(engine, FakeClock()), MemoryMessageBus()
    crew = [worker(Coordinator(ledger), bus), worker(Pipeline(Scenario()), bus)]
    bus.publish(VideoSubmitted(**OF, source=blob("source"), order=Order()))
    run_until_idle(crew)
    state = ledger.find(VIDEO).state
    engine.dispose()
    found = spans.get_finished_spans()
    names = {span.name for span in found}

    assert state is State.RELEASED
    assert {"coordinator VideoSubmitted", "pipeline SwapSegment", "coordinator VideoChecked"} <= (
        names
    )
    assert len({span.context.trace_id for span in found if span.context}) == 1
    assert [span.name for span in found if span.parent is None] == ["coordinator VideoSubmitted"]
    assert all(_parent(span, found) for span in found if span.parent)


def test_a_span_tells_nothing_of_a_video_but_its_name(spans: InMemorySpanExporter) -> None:
    with tracing.handling(
        "detection", VideoSubmitted(**OF, source=blob("emma"), order=Order(cohort="ward 3"))
    ):
        pass
    (span,) = spans.get_finished_spans()

    assert "emma" not in span.to_json()
    assert "ward" not in span.to_json()


def test_where_nobody_traces_a_trace_from_outside_is_handed_on() -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    message = VideoSubmitted(**OF, source=blob("s"), order=Order(), traceparent=trace)
    with tracing.handling("detection", message) as handed_on:
        pass

    assert handed_on == trace


def _parent(span: ReadableSpan, found: tuple[ReadableSpan, ...]) -> bool:
    parent = span.parent
    return parent is not None and any(
        other.context is not None and other.context.span_id == parent.span_id for other in found
    )


def test_a_video_is_in_the_trace_of_who_submitted_it(spans: InMemorySpanExporter) -> None:
    said = []

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        said.append(tracing.current_trace())
        await PlainTextResponse("yes")(scope, receive, send)

    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    client = TestClient(tracing.TracedRequests(answer))
    client.post("/v1/videos?cohort=emma", headers={"traceparent": trace})
    spans_of_requests = [s for s in spans.get_finished_spans() if s.name == "api POST"]

    assert said[0].split("-")[1] == trace.split("-")[1]
    assert len(spans_of_requests) == 1
    assert "emma" not in spans_of_requests[0].to_json()


def test_whatever_is_asked_of_the_api_is_in_the_trace_of_the_request(
    spans: InMemorySpanExporter,
) -> None:
    bus = MemoryMessageBus()
    inbox = bus.subscribe("coordinator", (CancelRequested,))
    unused: dict[str, Any] = dict.fromkeys(field.name for field in fields(Desk))
    with tracing.TRACER.start_as_current_span("api POST"):
        Desk(**{**unused, "bus": bus}).publish(CancelRequested(**OF))
    (span,) = spans.get_finished_spans()
    (delivery,) = inbox.poll()

    assert delivery.message.traceparent.split("-")[1] == f"{span.context.trace_id:032x}"


class Collector(BaseHTTPRequestHandler):
    """Takes spans."""

    server: "Collecting"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.taken.append((self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep the output of the tests clean."""


class Collecting(HTTPServer):
    taken: list[tuple[str, bytes]]


def test_a_process_sends_its_spans_to_a_collector() -> None:
    collector = Collecting(("127.0.0.1", 0), Collector)
    collector.taken = []
    thread = Thread(target=collector.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    program = (
        "from swaddle.entrypoints import tracing\n"
        "from swaddle.kernel.messages import CancelRequested\n"
        f"tracing.send_traces('http://127.0.0.1:{collector.server_port}/v1/traces', 'gate')\n"
        "with tracing.handling('gate', CancelRequested(tenant='lab', video_id='v1')): pass\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - our own
    collector.shutdown()
    thread.join()
    collector.server_close()
    (path, body), *_ = collector.taken

    assert path == "/v1/traces"
    assert b"swaddle-gate" in body
    assert b"gate CancelRequested" in body
