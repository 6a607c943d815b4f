"""A small run on the real platform, to compare a simulation with."""

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from swaddle import bootstrap
from swaddle.coordinator.erasing import sweep_kept
from swaddle.entrypoints.client import Client
from swaddle.kernel.errors import Rejected
from swaddle.kernel.identifiers import VideoId
from swaddle.kernel.life import State
from swaddle.settings import Settings
from tools.stack.platform import Platform, running

LOOK_S: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How it went."""

    seconds: float
    """Of the video."""
    cores: int
    first_s: float
    drained_s: float
    stored: float
    """Bytes in the store afterwards, for each byte that was submitted."""
    left: float
    """The same when originals, and what was made on the way, are erased."""


def measure(video: Path, number: int) -> Measured:
    """Let the platform anonymize copies of a video; the first, which loads models, is not counted."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as platform:
        token = platform.swaddle("token", "issue", "capacity", "somebody")
        client = Client.to(platform.url, token)
        settings = platform.settings
        _ended(settings, [VideoId(client.submit(video, {}))])
        before = _stored(platform)
        begin = monotonic()
        names = [VideoId(client.submit(video, {})) for _ in range(number)]
        ends = _ended(settings, names)
        after = _stored(platform)
        _clear(settings)
        with video.open("rb") as source:
            profile = bootstrap.video_reader(settings).probe(source).profile
        return Measured(
            seconds=profile.frames / float(profile.average_rate),
            cores=os.cpu_count() or 1,
            first_s=ends[0] - begin,
            drained_s=ends[-1] - begin,
            stored=(after - before) / (number * video.stat().st_size),
            left=_stored(platform) / ((number + 1) * video.stat().st_size),
        )


def _ended(settings: Settings, videos: list[VideoId]) -> list[float]:
    """Return when each video was released, in the order of their ends; raises Rejected."""
    ledger = bootstrap.ledger(settings)
    left, ends = set(videos), []
    while left:
        for name in sorted(left):
            found = ledger.find(name)
            if found.state is State.RELEASED:
                left.remove(name)
                ends.append(monotonic())
            elif found.at_rest:
                raise Rejected(f"The video is {found.state.value}: nothing to measure.")
        sleep(LOOK_S)
    ledger.close()
    return ends


@dataclass(frozen=True, slots=True)
class _NextMonth:
    """A clock that is ahead."""

    def now(self) -> datetime:
        return bootstrap.clock().now() + timedelta(days=31)


def _clear(settings: Settings) -> None:
    """Erase originals, as the coordinator does with `keepOriginalsDays` set to 30."""
    ledger = bootstrap.ledger(settings)
    sweep_kept(ledger, bootstrap.blob_store(settings), _NextMonth(), timedelta(days=30))
    ledger.close()


def _stored(platform: Platform) -> int:
    folder = Path(platform.environment["SWADDLE_RUN_FOLDER"]).parent / "minio/data/swaddle"
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
