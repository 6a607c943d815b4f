"""A long video needs no more memory than a short one."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.media import footprint
from tests.media.clips import Recipe, make

SLACK_MB = 25
"""Five hundred frames of this size are 170 MB, so that keeping a seventh of them would show."""


def peak(path: Path, frames: int) -> int:
    """Return the most memory that a video of so many frames took, in MB."""
    path.write_bytes(make(Recipe(size=(640, 360), frames=frames)))
    command = [sys.executable, str(footprint.__file__), str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    return int(ended.stdout)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_memory_does_not_grow_with_the_length_of_the_video(tmp_path: Path) -> None:
    short = peak(tmp_path / "short.mp4", 100)
    long = peak(tmp_path / "long.mp4", 600)

    assert long <= short + SLACK_MB
