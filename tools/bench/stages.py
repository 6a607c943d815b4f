"""How long each stage takes: one run in one process."""

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from swaddle.entrypoints import api
from swaddle.kernel.messages import Message
from swaddle.settings import Settings


@dataclass(slots=True)
class Stopwatch:
    """Hears when a command is given and when the next message comes: with one job, its work."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _last: float = field(default_factory=time.perf_counter)

    def advance(self, stage: str, frames: int) -> None:
        """Progress is not asked for."""

    def hear(self, message: Message) -> None:
        """Give the time since the last message to what it ends."""
        now = time.perf_counter()
        self.seconds[type(message).__name__] += now - self._last
        self._last = now


def table(clip: Path) -> Iterator[str]:
    """Yield a line for each stage: seconds, and its share of the run."""
    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(work_folder=Path(folder) / "work")
        output = Path(folder) / "output.mp4"
        api.anonymize(clip, output, jobs=1, settings=settings, listener=watch)
    total = sum(watch.seconds.values())
    yield f"stages, one process: {total:.1f} s"
    for name, seconds in sorted(watch.seconds.items(), key=lambda item: -item[1]):
        if seconds > 0.01 * total:
            yield f"  until {name:<22} {seconds:6.2f} s {seconds / total:6.1%}"
