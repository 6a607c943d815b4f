"""What a platform tells of itself: logs for machines, and metrics from one list of names."""

import logging
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

import structlog
from prometheus_client import Counter, Gauge, Histogram, start_http_server

from swaddle.kernel.messages import Message, StageFailed
from swaddle.kernel.ports import Kinds, Stage

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
BUSY: Final = Gauge("swaddle_stage_busy", "Messages being handled.", ("stage",))


WAITING: Final = Gauge("swaddle_videos_waiting", "Videos that have not ended.")
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
        with BUSY.labels(self.name).track_inprogress():
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
        return answers


def serve_metrics(port: int) -> None:
    """Answer Prometheus on a port; 0: nowhere."""
    if port:
        start_http_server(port)


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
