"""How long each stage takes: one run in one process, warm."""

from collections.abc import Iterator
from pathlib import Path

from swaddle.entrypoints.benchmarking import measure
from swaddle.kernel.plan import Method


def table(clip: Path) -> Iterator[str]:
    """Yield a line for each stage: seconds, and its share of the run."""
    measured = measure(clip, Method.SYNTHETIC, 1)
    yield f"stages, one process, warm: {measured.seconds:.1f} s"
    for stage in sorted(measured.stages, key=lambda stage: -stage.seconds):
        share = stage.seconds / measured.seconds
        if share > 0.01:  # noqa: PLR2004 - what is less nobody would look at
            yield f"  {stage.stage:<14} {stage.seconds:6.2f} s {share:6.1%}"
