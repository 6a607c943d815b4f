"""What a mesh covers, and which part of it is in front."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.kernel.geometry import Floats
from swaddle.kernel.texture_space import canonical, triangles
from swaddle.kernel.warping import rasterize

SIZE = 200


def turned(yaw: float, depth: float = 1.0, size: float = 120) -> Floats:
    """Return the canonical face, turned, of `size` pixels, as deep as a landmarker believes it to be."""
    points = (canonical() - canonical().mean(axis=0)) * size / 256
    angle = np.radians(yaw)
    x, z = points[:, 0], points[:, 2]
    across, away = x * np.cos(angle) - z * np.sin(angle), x * np.sin(angle) + z * np.cos(angle)
    return np.column_stack([across + SIZE / 2, points[:, 1] + SIZE / 2, depth * away])


def shown(points: Floats, size: float) -> Floats:
    """Return how much of its area each triangle shows, negative where it is seen from behind."""
    there, front = (_areas(face) for face in (points, canonical() * size / 256))
    return there / front


def _areas(points: Floats) -> Floats:
    corners = points[triangles(), :2]
    return np.linalg.det(corners[:, 1:] - corners[:, :1])


@given(st.floats(-60, 60), st.floats(-1, 1), st.sampled_from([32.0, 48.0, 120.0]))
def test_no_triangle_seen_from_behind_or_from_the_side_hides_one_seen_from_the_front(
    yaw: float, depth: float, size: float
) -> None:
    points = turned(yaw, depth, size)
    share = shown(points, size)
    whole = rasterize(points, SIZE, SIZE)
    front = rasterize(points, SIZE, SIZE, facing=True)
    assert whole is not None
    assert front is not None
    # Between 73 and 87 degrees either may be in front.
    plain = front.inside & (share[front.owner] > 0.3)
    assert (share[whole.owner[plain]] > 0.05).all()


def test_a_face_seen_from_behind_is_covered_unless_only_the_front_is_asked_for() -> None:
    points = turned(180)
    whole = rasterize(points, SIZE, SIZE)
    front = rasterize(points, SIZE, SIZE, facing=True)
    assert whole is not None
    assert front is not None
    assert whole.inside.sum() > 100 * front.inside.sum()


@pytest.mark.parametrize("size", [24, 32, 120])
def test_of_a_face_seen_from_the_front_what_is_nearer_is_in_front_however_small_it_is(
    size: float,
) -> None:
    points = turned(0, 1.0, size)
    raster = rasterize(points, SIZE, SIZE)
    assert raster is not None
    corners = points[triangles()]
    painted = np.full(raster.owner.shape, -1, np.int32)
    for index in np.argsort(-corners[..., 2].mean(axis=1), kind="stable").tolist():
        fixed = np.round((corners[index, :, :2] - [raster.x0, raster.y0]) * 16).astype(np.int32)
        cv2.fillConvexPoly(painted, fixed, index, cv2.LINE_8, 4)

    np.testing.assert_array_equal(raster.owner, painted)


@given(st.floats(-70, 70), st.sampled_from([24.0, 32.0, 64.0, 120.0]))
def test_slivers_too_are_read_where_they_are(yaw: float, size: float) -> None:
    points = turned(yaw, 1.0, size)
    raster = rasterize(points, SIZE, SIZE)
    assert raster is not None
    rows, columns = np.nonzero(raster.inside)
    x, y = raster.lookup(points)
    off = np.hypot(x[rows, columns] - columns - raster.x0, y[rows, columns] - rows - raster.y0)

    assert off.max() < 1.6
