"""What a platform tells of itself: logs for machines, and metrics from one list of names."""

import logging
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from threading import Event, Thread
from time import perf_counter
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, make_server

import structlog
from prometheus_client import Counter, Gauge, Histogram, make_wsgi_app

from swaddle.kernel.messages import Message, StageFailed, VideoCertified
from swaddle.kernel.ports import Kinds, Stage, Subscription

from .tracing import handling

TELL_S: Final = 5.0
"""More often than Prometheus asks by default."""

BUCKETS: Final = (0.1, 0.3, 1, 3, 10, 30, 60, 120, 300, 600, 1800, 3600)
"""Seconds: from a row in the ledger to an hour of video."""

HANDLED: Final = Counter(
    "swaddle_messages_handled_total", "Messages that a stage answered.", ("stage", "kind")
)
FAILED: Final = Counter(
    "swaddle_messages_failed_total", "Messages that ended a video.", ("stage", "error")
)
BROKE: Final = Counter(
    "swaddle_messages_deferred_total", "Messages that are tried again.", ("stage", "error")
)
SECONDS: Final = Histogram(
    "swaddle_message_seconds", "Time to answer a message.", ("stage",), buckets=BUCKETS
)
BUSY: Final = Gauge(
    "swaddle_stage_busy", "Messages being handled.", ("stage",), multiprocess_mode="livesum"
)
LAG: Final = Gauge(
    "swaddle_consumer_lag",
    "Messages that wait where this worker looks.",
    ("stage",),
    multiprocess_mode="livesum",
)
REBALANCES: Final = Counter(
    "swaddle_consumer_rebalances_total", "Times that partitions were handed out.", ("stage",)
)
FRAMES: Final = Counter("swaddle_frames_total", "Frames that a stage is done with.", ("stage",))
FACES: Final = Counter(
    "swaddle_faces_total", "Faces in frames, by what was done to them.", ("rendered",)
)
VERDICTS: Final = Counter("swaddle_verdicts_total", "Verdicts of the gate.", ("verdict",))

WAITING: Final = Gauge("swaddle_videos_waiting", "Videos that are being worked on.")
QUEUED: Final = Gauge("swaddle_videos_queued", "Videos that wait for their tenant's turn.")
HELD: Final = Gauge("swaddle_videos_held", "Videos that wait for a reviewer.")
STALLED: Final = Counter("swaddle_videos_stalled_total", "Times that a video was asked for again.")


@dataclass(frozen=True, slots=True)
class Measured:
    """A stage, and how it does."""

    stage: Stage[Any]

    @property
    def name(self) -> str:
        """The stage's."""
        return self.stage.name

    @property
    def listens_to(self) -> Kinds:
        """The stage's."""
        return self.stage.listens_to

    def handle(self, message: Message) -> Iterable[Message]:
        """Let the stage answer; count it. Nothing of the video is in a label."""
        begin = perf_counter()
        with (
            handling(self.name, message) as traceparent,
            BUSY.labels(self.name).track_inprogress(),
        ):
            try:
                answers = list(self.stage.handle(message))
            except Exception as error:
                BROKE.labels(self.name, type(error).__name__).inc()
                raise
        SECONDS.labels(self.name).observe(perf_counter() - begin)
        HANDLED.labels(self.name, type(message).__name__).inc()
        for answer in answers:
            if isinstance(answer, StageFailed):
                FAILED.labels(self.name, answer.error).inc()
            if isinstance(answer, VideoCertified):
                VERDICTS.labels(answer.verdict.value).inc()
        return [replace(answer, traceparent=traceparent) for answer in answers]


@dataclass(slots=True)
class Telling:
    """Tells every few seconds how a member of a group is, also while a message is handled."""

    stage: str
    inbox: Subscription
    _over: Event = field(default_factory=Event)
    _told: int = 0

    def start(self) -> None:
        """Begin."""
        Thread(target=self._run, name=f"telling-{self.stage}", daemon=True).start()

    def stop(self) -> None:
        """End: what waits is another member's."""
        self._over.set()
        LAG.labels(self.stage).set(0)

    def _run(self) -> None:
        while not self._over.wait(TELL_S):
            LAG.labels(self.stage).set(self.inbox.lag or 0)
            new, self._told = self.inbox.rebalances - self._told, self.inbox.rebalances
            REBALANCES.labels(self.stage).inc(new)


def count_frames(stage: str, frames: int) -> None:
    """Count frames that a stage is done with."""
    FRAMES.labels(stage).inc(frames)


def count_faces(rendered: str, number: int) -> None:
    """Count faces by what was done to them."""
    FACES.labels(rendered).inc(number)


def serve_health(port: int, alive: Callable[[], bool]) -> None:
    """Answer Kubernetes and Prometheus on a port: /livez, /readyz, /metrics; 0: nowhere."""
    if not port:
        return
    metrics = make_wsgi_app()

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") not in ("/livez", "/readyz"):
            return metrics(environ, start)
        well = alive()
        start("200 OK" if well else "503 Service Unavailable", [("Content-Type", "text/plain")])
        return [b"alive\n" if well else b"stuck\n"]

    # Every address: who asks is a kubelet or Prometheus, not this machine.
    server = make_server("", port, answer, handler_class=_Silent)
    Thread(target=server.serve_forever, name="health", daemon=True).start()


class _Silent(WSGIRequestHandler):
    """Says nothing of every probe."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
        pass


def write_logs() -> None:
    """Log as JSON lines, or for people on a terminal; from `info` on; libraries from `warning`."""
    people = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper("iso", utc=True),
            # Where it broke, and not with which values: they may name a child.
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.dev.ConsoleRenderer() if people else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
