"""
Print what the platform adds to the time of one video.

    python -m tools.stack.latency VIDEO

The same clip in this process, with one job, on memory, a folder and SQLite; then on Kafka, MinIO,
PostgreSQL and nine services on the same machine. Both are warm: the first run of each is not
counted. The services idle while nobody measures them, so they are started second.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Final

from swaddle.entrypoints import api
from swaddle.entrypoints.client import Client
from swaddle.entrypoints.http.submitting import SEGMENT_FRAMES
from swaddle.kernel.life import State
from swaddle.settings import Settings

from .platform import Platform, running

RUNS: Final = 3


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", type=Path)
    video: Path = parser.parse_args().video
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        alone = list(_timed(lambda number: _alone(video, room / f"{number}.mp4", room)))
        with running(room / "stack", threads=Settings().cores) as platform:
            client = Client.to(platform.url, platform.swaddle("token", "issue", "lab", "bench"))
            together = list(_timed(lambda _: _together(video, platform, client)))
    one, many = statistics.median(alone), statistics.median(together)
    for name, times in (("one process", alone), ("platform", together)):
        print(f"{name}: {statistics.median(times):.1f} s, {min(times):.1f} to {max(times):.1f}")
    print(f"the platform takes {many / one:.2f} times as long")
    return 0


def _timed(run: Callable[[int], None]) -> Iterator[float]:
    run(0)
    for number in range(1, RUNS + 1):
        begin = perf_counter()
        run(number)
        yield perf_counter() - begin


def _alone(video: Path, output: Path, room: Path) -> None:
    settings = Settings(work_folder=room / "work", config_folder=room / "config")
    outcome = api.anonymize(
        video, output, jobs=1, segment_frames=SEGMENT_FRAMES, settings=settings
    )
    _released(outcome.state)


def _together(video: Path, platform: Platform, client: Client) -> None:
    name = client.submit(video, {})
    _released(client.follow(name, lambda _: None))
    client.fetch(name, "output", Path(platform.environment["SWADDLE_RUN_FOLDER"]) / f"{name}.mp4")


def _released(state: State) -> None:
    if state is not State.RELEASED:
        raise SystemExit(f"The video ended as {state.value}.")


if __name__ == "__main__":
    sys.exit(main())
