"""How a run goes on: a bar for people, JSON lines for machines, or nothing."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from swaddle.entrypoints.crew import Listener
from swaddle.kernel.life import REPAIR_ROUNDS
from swaddle.kernel.messages import Message, SegmentSwapped, VideoChecked, VideoIngested


class ProgressMode(StrEnum):
    """Who wants to know."""

    AUTO = "auto"
    """A bar where somebody watches a terminal, else nothing."""
    JSONL = "jsonl"
    """One JSON object a line, on standard output."""
    NONE = "none"


# What a frame costs in each stage, relative to the others: the infant clip on two cores.
WEIGHTS: Final = {
    "ingest": 1.0,
    "detect": 9.0,
    "link": 2.0,
    "swap": 13.0,
    "finalize": 0.5,
    "check": 12.0,
    "certify": 2.0,
}

WORDS: Final = {
    "ingest": "reading",
    "detect": "finding faces",
    "link": "following people",
    "identify": "inventing people",
    "swap": "rendering",
    "finalize": "joining",
    "check": "checking the result",
    "certify": "writing the report",
    "evaluate": "measuring",
}


@dataclass(slots=True)
class Tally:
    """Counts the frames of each stage."""

    frames: int = 0
    """Of the video; 0 until it has been read."""
    done: dict[str, int] = field(default_factory=dict)
    stage: str = "ingest"
    _since: float = field(default_factory=time.monotonic)
    _at_start: int = 0

    def count(self, stage: str, frames: int) -> None:
        """Add frames; a new stage starts a new measurement of speed."""
        if stage != self.stage:
            self.stage, self._since = stage, time.monotonic()
            self._at_start = self.done.get(stage, 0)
        self.done[stage] = self.done.get(stage, 0) + frames

    def speed(self) -> float:
        """Return the frames per second of the current stage."""
        seconds = max(time.monotonic() - self._since, 1e-3)
        return (self.done.get(self.stage, 0) - self._at_start) / seconds

    def share(self) -> float:
        """Return how much of the whole work is done, 0..1."""
        if not self.frames:
            return 0.0
        whole = sum(WEIGHTS.values()) * self.frames
        return sum(w * min(self.done.get(s, 0), self.frames) for s, w in WEIGHTS.items()) / whole


@dataclass(slots=True)
class BarListener:
    """Draws a bar with stage, frames per second and time left."""

    progress: Progress
    task: TaskID
    name: str
    tally: Tally = field(default_factory=Tally)
    repairs: int = 0

    def advance(self, stage: str, frames: int) -> None:
        """Move the bar."""
        self.tally.count(stage, frames)
        word = WORDS.get(stage, stage)
        if self.repairs and stage in ("swap", "finalize", "check"):
            word = f"{word} (repair {self.repairs} of {REPAIR_ROUNDS})"
        self.progress.update(
            self.task,
            completed=self.tally.share(),
            description=f"{self.name}: {word}",
            speed=f"{self.tally.speed():.0f} frames/s",
        )

    def hear(self, message: Message) -> None:
        """Learn how long the video is, and when the gate asks for a repair."""
        _learn(self.tally, message)
        if isinstance(message, VideoChecked) and message.repaired is not None:
            self.repairs += 1


@dataclass(slots=True)
class JsonlListener:
    """Writes one JSON object for each step."""

    sink: TextIO
    number: int
    """Which of the inputs this is, from 1: machines know its name themselves."""
    tally: Tally = field(default_factory=Tally)

    def advance(self, stage: str, frames: int) -> None:
        """Write how far the stage is."""
        self.tally.count(stage, frames)
        share, speed = self.tally.share(), self.tally.speed()
        self._write(
            event="progress",
            stage=stage,
            frames=self.tally.done[stage],
            of=self.tally.frames or None,
            share=round(share, 4),
            frames_per_second=round(speed, 1),
        )

    def hear(self, message: Message) -> None:
        """Write what has happened."""
        _learn(self.tally, message)
        if not isinstance(message, SegmentSwapped):
            self._write(event=type(message).__name__)

    def _write(self, **values: Any) -> None:  # noqa: ANN401 - JSON
        print(json.dumps({"input": self.number, **values}), file=self.sink, flush=True)


class Mute:
    """Says nothing."""

    def advance(self, stage: str, frames: int) -> None:
        """Say nothing."""

    def hear(self, message: Message) -> None:
        """Say nothing."""


@contextmanager
def listening(mode: ProgressMode, name: str, number: int = 1) -> Iterator[Listener]:
    """Yield who listens to the run of one input."""
    console = Console(stderr=True)
    if mode is ProgressMode.JSONL:
        yield JsonlListener(sys.stdout, number)
    elif mode is ProgressMode.NONE or not console.is_terminal:
        yield Mute()
    else:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task(f"{name}: reading", total=1.0, speed="")
            yield BarListener(progress, task, name)


def _learn(tally: Tally, message: Message) -> None:
    if isinstance(message, VideoIngested):
        tally.frames = message.segments[-1].last_frame + 1
