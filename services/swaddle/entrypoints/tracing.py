"""Spans over every hop: who asked is found in the same trace as who rendered."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract, inject
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind
from starlette.types import ASGIApp, Receive, Scope, Send

from swaddle.kernel.messages import Message

TRACER: Final = trace.get_tracer("swaddle")


def send_traces(url: str, service: str) -> None:
    """Send the spans of this process to a collector; an empty URL: nowhere."""
    if not url:
        return
    provider = TracerProvider(resource=Resource.create({"service.name": f"swaddle-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))
    trace.set_tracer_provider(provider)


@contextmanager
def handling(stage: str, message: Message) -> Iterator[str]:
    """
    Open a span below the one that caused a message; yield it as a `traceparent`.

    It names the video by its id, which tells nothing to who has no access to the ledger.
    """
    kind = type(message).__name__
    with TRACER.start_as_current_span(
        f"{stage} {kind}",
        context=extract({"traceparent": message.traceparent}),
        kind=SpanKind.CONSUMER,
        attributes={
            "messaging.system": "kafka",
            "messaging.message.id": message.message_id,
            "swaddle.video_id": message.video_id,
        },
    ):
        yield current_trace() or message.traceparent


class TracedRequests:
    """Opens a span for every request, below the caller's where it has one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on. The span has no path: it would name what was asked for."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        with TRACER.start_as_current_span(
            f"api {scope['method']}", context=extract(headers), kind=SpanKind.SERVER
        ):
            await self._app(scope, receive, send)


def current_trace() -> str:
    """Return the span that is open here as a `traceparent`; empty where nobody traces."""
    carrier: dict[str, str] = {}
    inject(carrier)
    return carrier.get("traceparent", "")
