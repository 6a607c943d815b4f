"""How long each stage takes on this machine: what a platform is sized by."""

import json
import os
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Final

from swaddle import bootstrap
from swaddle.kernel.errors import StorageFailed
from swaddle.kernel.messages import (
    IdentitiesFrozen,
    IdentityGenerated,
    Message,
    SegmentChecked,
    SegmentDetected,
    SegmentSwapped,
    SubjectsLinked,
    TracksExtended,
    TracksOpen,
    VideoCertified,
    VideoChecked,
    VideoFinalized,
    VideoIngested,
)
from swaddle.kernel.plan import Method
from swaddle.kernel.video import Layout
from swaddle.settings import Settings

from . import api, runs
from .crew import Listener
from .sampling import Sampler

SCHEMA: Final = "swaddle.benchmark/1"

STAGE_OF: Final[Mapping[type[Message], str]] = {
    VideoIngested: "ingest",
    SegmentDetected: "detection",
    TracksExtended: "detection",
    TracksOpen: "linking",
    SubjectsLinked: "linking",
    IdentityGenerated: "identity",
    IdentitiesFrozen: "identity",
    SegmentSwapped: "swapping",
    VideoFinalized: "finalize",
    SegmentChecked: "gate",
    VideoChecked: "gate",
    VideoCertified: "certification",
}
"""Whose answer each event is. What is between a command and its answer is the stage's."""

REST: Final = "coordinator"
"""Whose time it is that is left: recording, and handing over."""


@dataclass(slots=True)
class Stopwatch:
    """Gives the time since the last message to the stage whose answer comes: for one job."""

    onward: Listener
    """Who else wants to know."""
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _last: float = field(default_factory=perf_counter)

    def advance(self, stage: str, frames: int) -> None:
        """Pass it on."""
        self.onward.advance(stage, frames)

    def hear(self, message: Message) -> None:
        """Stop, pass it on, and start again."""
        self.onward.hear(message)
        now = perf_counter()
        self.seconds[STAGE_OF.get(type(message), REST)] += now - self._last
        self._last = now


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTime:
    """What a stage takes."""

    stage: str
    seconds: float
    """Median of the runs."""
    frames_per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """What a video takes on this machine, one job, warm."""

    schema: str = SCHEMA
    version: str
    method: str
    cores: int
    runs: int
    frames: int
    width: int
    height: int
    video_seconds: float
    seconds: float
    """Median of the whole runs."""
    fastest: float
    slowest: float
    stages: tuple[StageTime, ...]
    """In the order of the pipeline."""
    engines: Mapping[str, str] = field(default_factory=dict)
    """The URL of each."""
    work: Mapping[str, float] = field(default_factory=dict)
    """Share of decode, inference, blending, encode and rest in the time of all threads."""
    gpu_memory_mib: int | None = None
    """The most of the first card that was in use, whoever used it; absent without a card."""

    def to_json(self) -> str:
        """Return it for programs."""
        return json.dumps(asdict(self), indent=2) + "\n"


def measure(
    video: Path,
    method: Method,
    times: int,
    *,
    settings: Settings | None = None,
    listener: Listener | None = None,
) -> Benchmark:
    """
    Anonymize a video a few times and throw the results away; the first time is not counted.

    Raises what `api.anonymize` raises.
    """
    settings = settings or Settings()
    layout = _layout(video, settings)
    listener = listener or api.Silence()
    _timed(video, method, settings, listener)
    with Sampler() as sampler:
        watches = [_timed(video, method, settings, listener) for _ in range(times)]
    totals = [sum(seconds.values()) for seconds in watches]
    frames = layout.profile.frames
    return Benchmark(
        version=version("swaddle"),
        method=method.value,
        cores=os.cpu_count() or 1,
        runs=times,
        frames=frames,
        width=layout.profile.width,
        height=layout.profile.height,
        video_seconds=round(frames / float(layout.profile.average_rate), 3),
        seconds=round(statistics.median(totals), 3),
        fastest=round(min(totals), 3),
        slowest=round(max(totals), 3),
        stages=tuple(_stages(watches, frames)),
        engines={
            "detector": settings.detector_url,
            "landmarker": settings.landmarker_url,
            "embedder": settings.embedder_url,
            "identity": settings.identity_url,
            "swapper": settings.swapper_url,
        },
        work={work.value: round(share, 3) for work, share in sampler.shares.items()},
        gpu_memory_mib=sampler.memory,
    )


def _layout(video: Path, settings: Settings) -> Layout:
    try:
        with video.open("rb") as source:
            return bootstrap.video_reader(settings).probe(source)
    except OSError as error:
        raise StorageFailed(f"{video} cannot be read: {error.strerror}.") from error


def _timed(
    video: Path, method: Method, settings: Settings, listener: Listener
) -> Mapping[str, float]:
    watch = Stopwatch(listener)
    with tempfile.TemporaryDirectory(prefix="swaddle-bench-") as folder:
        own = settings.model_copy(update={"work_folder": Path(folder) / "work"})
        output = Path(folder) / "output.mp4"
        api.anonymize(video, output, method=method, jobs=1, settings=own, listener=watch)
        for run in runs.every(own):
            # A video that the gate held took its time as well; nobody is to review this one.
            runs.wipe(run.folder)
    return watch.seconds


def _stages(watches: Sequence[Mapping[str, float]], frames: int) -> list[StageTime]:
    found = []
    for stage in dict.fromkeys((*STAGE_OF.values(), REST)):
        seconds = statistics.median(watch.get(stage, 0.0) for watch in watches)
        rate = frames / seconds if seconds else 0.0
        found.append(
            StageTime(stage=stage, seconds=round(seconds, 3), frames_per_second=round(rate, 1))
        )
    return found
