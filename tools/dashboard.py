"""
The Grafana dashboard: five questions, a row for each.

A panel is a question and what Prometheus is asked for it; the metrics are those of
`swaddle.entrypoints.telemetry`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

WIDTH: Final = 24
HEIGHT: Final = 8
SOURCE: Final = {"type": "prometheus", "uid": "${source}"}


@dataclass(frozen=True, slots=True)
class Panel:
    """One curve or several."""

    title: str
    queries: Sequence[tuple[str, str]]
    """What is asked, and how the curves are called."""
    unit: str = "short"


RATE: Final = "[$__rate_interval]"

SLOW: Final = (
    f"histogram_quantile(0.95, sum by (stage, le) (rate(swaddle_message_seconds_bucket{RATE})))"
)
COVERED: Final = (
    f'sum(rate(swaddle_faces_total{{rendered=~"cover|black"}}{RATE})) '
    f"/ sum(rate(swaddle_faces_total{RATE}))"
)

ROWS: Final[Sequence[tuple[str, Sequence[Panel]]]] = (
    (
        "How many videos wait?",
        (
            Panel(
                "Videos",
                (
                    ("max(swaddle_videos_waiting)", "at work"),
                    ("max(swaddle_videos_queued)", "not their tenant's turn"),
                    ("max(swaddle_videos_held)", "held for a reviewer"),
                ),
            ),
            Panel("Consumer lag", (("sum by (stage) (swaddle_consumer_lag)", "{{stage}}"),)),
            Panel("At work now", (("sum by (stage) (swaddle_stage_busy)", "{{stage}}"),)),
        ),
    ),
    (
        "How fast is each stage?",
        (
            Panel(
                "Frames a second",
                ((f"sum by (stage) (rate(swaddle_frames_total{RATE}))", "{{stage}}"),),
            ),
            Panel(
                "Messages a second",
                ((f"sum by (stage) (rate(swaddle_messages_handled_total{RATE}))", "{{stage}}"),),
            ),
            Panel(
                "Time for a message, 95 of 100",
                ((SLOW, "{{stage}}"),),
                "s",
            ),
        ),
    ),
    (
        "What fails, and why?",
        (
            Panel(
                "Videos that failed",
                (
                    (
                        f"sum by (stage, error) (increase(swaddle_messages_failed_total{RATE}))",
                        "{{stage}}: {{error}}",
                    ),
                ),
            ),
            Panel(
                "Messages to be tried again",
                (
                    (
                        f"sum by (stage, error) (increase(swaddle_messages_deferred_total{RATE}))",
                        "{{stage}}: {{error}}",
                    ),
                ),
            ),
            Panel(
                "Videos asked for again, rebalances",
                (
                    (f"sum(increase(swaddle_videos_stalled_total{RATE}))", "asked for again"),
                    (
                        f"sum by (stage) (increase(swaddle_consumer_rebalances_total{RATE}))",
                        "rebalanced: {{stage}}",
                    ),
                ),
            ),
        ),
    ),
    (
        "Which faces were covered instead of swapped?",
        (
            Panel(
                "Faces in frames, by what was done",
                ((f"sum by (rendered) (rate(swaddle_faces_total{RATE}))", "{{rendered}}"),),
            ),
            Panel(
                "Share that was covered or blackened",
                ((COVERED, "covered or black"),),
                "percentunit",
            ),
        ),
    ),
    (
        "What does the gate hold back?",
        (
            Panel(
                "Verdicts",
                ((f"sum by (verdict) (increase(swaddle_verdicts_total{RATE}))", "{{verdict}}"),),
            ),
            Panel("Held for a reviewer", (("max(swaddle_videos_held)", "held"),)),
        ),
    ),
)


def dashboard() -> bytes:
    """Return the dashboard as Grafana imports it."""
    panels: list[dict[str, Any]] = []
    top = 0
    for question, row in ROWS:
        panels.append(_placed(len(panels), "row", question, _place(0, top, WIDTH, 1)))
        top += 1
        width = WIDTH // len(row)
        for column, panel in enumerate(row):
            place = _place(column * width, top, width, HEIGHT)
            panels.append(_curves(len(panels), panel, place))
        top += HEIGHT
    content = {
        "uid": "swaddle",
        "title": "swaddle",
        "tags": ["swaddle"],
        "schemaVersion": 39,
        "time": {"from": "now-6h", "to": "now"},
        "refresh": "30s",
        "templating": {"list": [{"name": "source", "type": "datasource", "query": "prometheus"}]},
        "panels": panels,
    }
    return (json.dumps(content, indent=2) + "\n").encode()


def _curves(number: int, panel: Panel, place: dict[str, int]) -> dict[str, Any]:
    return {
        **_placed(number, "timeseries", panel.title, place),
        "datasource": SOURCE,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + n), "expr": query, "legendFormat": name, "datasource": SOURCE}
            for n, (query, name) in enumerate(panel.queries)
        ],
    }


def _placed(number: int, kind: str, title: str, place: dict[str, int]) -> dict[str, Any]:
    return {"id": number + 1, "type": kind, "title": title, "gridPos": place}


def _place(left: int, top: int, width: int, height: int) -> dict[str, int]:
    return {"x": left, "y": top, "w": width, "h": height}
