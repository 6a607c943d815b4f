"""What hides a head leaves nothing of it but a few mean colours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.kernel.frames import Frame, Image, still
from swaddle.kernel.geometry import Box
from swaddle.swapping import hiding

SIDE = 96
HEAD = Box(16, 16, 80, 80)
METHODS = (hiding.cover, hiding.blur, hiding.pixelate)
CELLS = {hiding.cover: 4, hiding.blur: 6, hiding.pixelate: 6}


def noise(seed: int) -> Image:
    return np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)


def hidden(frame: Frame, method: object, head: Box = HEAD) -> Image:
    patch = method(frame, head)  # type: ignore[operator]
    assert patch is not None
    return frame.painted([patch]).bgr()


@pytest.mark.parametrize("method", METHODS)
@given(seed=st.integers(0, 10_000))
def test_no_more_colours_are_kept_than_cells(method: object, seed: int) -> None:
    patch = method(still(noise(seed)), HEAD)  # type: ignore[operator]
    inside = patch.bgr.reshape(len(patch.bgr), -1)

    # What is interpolated from n x n cells has at most n independent rows in each channel.
    rank = np.linalg.matrix_rank(patch.bgr[..., 1].astype(np.float64), tol=0.5)
    assert rank <= CELLS[method]  # type: ignore[index]
    assert np.isfinite(inside).all()


def test_black_is_black_on_every_pixel_the_head_touches() -> None:
    result = hidden(still(np.full((SIDE, SIDE, 3), 200, np.uint8)), hiding.blackout)

    assert result[16:80, 16:80].max() <= 2


@pytest.mark.parametrize("method", [*METHODS, hiding.blackout])
def test_far_away_nothing_changes(method: object) -> None:
    frame = still(noise(1))

    assert (hidden(frame, method)[:8] == frame.bgr()[:8]).all()


@pytest.mark.parametrize("method", [*METHODS, hiding.blackout])
def test_a_head_outside_the_frame_needs_no_hiding(method: object) -> None:
    assert method(still(noise(1)), Box(200, 200, 260, 260)) is None  # type: ignore[operator]


@pytest.mark.parametrize("method", METHODS)
@given(
    x=st.floats(-60, 90),
    y=st.floats(-60, 90),
    size=st.floats(1, 150),
)
def test_any_head_that_touches_the_frame_is_hidden(
    method: object, x: float, y: float, size: float
) -> None:
    head = Box(x, y, x + size, y + size)
    patch = method(still(noise(2)), head)  # type: ignore[operator]
    visible = head.clipped(SIDE, SIDE)

    assert (patch is not None) == (visible.area > 0)
