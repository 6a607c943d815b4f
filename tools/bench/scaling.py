"""
What a second job gains.

Each job gets a core of its own, and every library one thread for each job, so that one job cannot
use what the second one would: the encoder and the decoder have threads beside the work.
"""

import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from .commands import FINISHED, anonymize
from .measure import Cost, cost

JOBS: Final = (1, 2)
DEFAULT: Final = "default"


def jobs_scaling(clip: Path, room: Path, rounds: int) -> Iterator[str]:
    """Yield a line for each number of jobs, and for what is done where nobody asks, in turns."""
    commands = {f"{jobs} jobs": pinned(anonymize(clip, room), jobs) for jobs in JOBS}
    commands[DEFAULT] = anonymize(clip, room)
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            costs[name].append(cost(command, FINISHED))
    (first, *_), alone = commands, costs[f"{JOBS[0]} jobs"]
    for name, own in costs.items():
        gains = [one.seconds / other.seconds for one, other in zip(alone, own, strict=True)]
        yield (
            f"  {name:<10} {statistics.median(c.seconds for c in own):7.1f} s, "
            f"{statistics.median(gains):5.2f} times as fast as {first}, "
            f"{statistics.median(c.cpu_seconds for c in own):7.1f} CPU seconds"
        )


def pinned(command: Sequence[str], jobs: int) -> Sequence[str]:
    """Return a command with so many jobs, cores and threads."""
    limits = ["OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", f"SWADDLE_THREADS={jobs}"]
    cores = ",".join(str(core) for core in range(jobs))
    return ["env", *limits, "taskset", "--cpu-list", cores, *command, "--jobs", str(jobs)]
