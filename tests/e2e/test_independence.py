"""The result depends on the video and the key, not on how the work was cut or shared out."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from swaddle.entrypoints import api
from swaddle.kernel.messages import Order
from tests.e2e.finished import Finished

pytestmark = [pytest.mark.shared, pytest.mark.models]

CLIP = "infant_blanket_000056_segment.mp4"
ORDER = Order(segment_frames=api.SEGMENT_FRAMES)


@pytest.fixture
def clip(shared: Path) -> Path:
    return shared / "data" / "videos" / CLIP


def same_faces(one: Finished, other: Finished) -> bool:
    """Tell whether two runs saw and painted the same, up to what floating point leaves open."""
    names = ("frame", "track", "rendered", "box")
    return (
        one.plan.subjects == other.plan.subjects
        and all(np.allclose(one.regions[n], other.regions[n], atol=1e-3) for n in names)
        and np.allclose(one.regions["landmarks"], other.regions["landmarks"], atol=1e-2)
    )


@pytest.mark.parametrize("frames", [30, 100, 100_000])
def test_the_length_of_the_segments_changes_nothing(
    clip: Path, tmp_path: Path, anonymized: Callable[[Path], Finished], frames: int
) -> None:
    order = replace(ORDER, segment_frames=frames)

    assert same_faces(Finished.of(clip, tmp_path, order=order), anonymized(clip))


def test_the_number_of_processes_changes_nothing(
    clip: Path, tmp_path: Path, anonymized: Callable[[Path], Finished]
) -> None:
    alone = Finished.of(clip, tmp_path, jobs=1)

    assert same_faces(alone, anonymized(clip))
    assert alone.output == anonymized(clip).output
