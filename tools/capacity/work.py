"""What a video asks of each stage, from what `swaddle bench` measured."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from swaddle import bootstrap
from swaddle.entrypoints.benchmarking import SCHEMA
from swaddle.entrypoints.crew import COORDINATOR

SEGMENT_S: Final = 10.0
"""Of video in a message (`swaddle.kernel.video`: at most 300 frames)."""

BY_SEGMENT: Final = ("detection", "swapping", "gate")
"""Stages that take one message for each segment; the others take one for each video."""

ORDER: Final = tuple(stage for stage in bootstrap.STAGES if stage != COORDINATOR)
"""In the order of the work: each begins when the one before it is done with the video."""


@dataclass(frozen=True, slots=True)
class Work:
    """Pod-seconds that each stage takes for a second of video, on the machine that was measured."""

    per_second: Mapping[str, float]
    cores: int
    """Of that machine: a pod has to be given as many, or it takes longer."""

    def of_video(self, stage: str, seconds: float) -> float:
        """Return what a stage takes for a whole video."""
        return self.per_second[stage] * seconds

    def of_message(self, stage: str, seconds: float) -> float:
        """Return what a stage takes for one message of a video."""
        return self.of_video(stage, seconds) / messages(stage, seconds)


def messages(stage: str, seconds: float) -> int:
    """Return how many messages a stage takes for a video."""
    return max(1, -int(-seconds // SEGMENT_S)) if stage in BY_SEGMENT else 1


def read_work(file: Path, others: Mapping[str, Path] | None = None) -> Work:
    """
    Read what `swaddle bench --output` wrote; for some stages, what it wrote on another machine.

    The share of the coordinator is nobody's: it is measured by itself (docs/reference/benchmarks.md).
    """
    measured = _read(file)
    cores = int(measured["cores"])
    per_second = _per_second(measured)
    for stage, other in (others or {}).items():
        per_second[stage] = _per_second(_read(other))[stage]
    return Work({stage: per_second.get(stage, 0.0) for stage in ORDER}, cores)


def _read(file: Path) -> dict[str, Any]:
    measured = json.loads(file.read_text())
    if measured.get("schema") != SCHEMA:
        raise SystemExit(f"{file} is not what `swaddle bench --output` writes.")
    return dict(measured)


def _per_second(measured: Mapping[str, Any]) -> dict[str, float]:
    seconds = float(measured["video_seconds"])
    stages: list[Mapping[str, Any]] = measured["stages"]
    return {str(s["stage"]): float(s["seconds"]) / seconds for s in stages}
