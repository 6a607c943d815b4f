"""What a mesh covers, and which part of it is in front."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from swaddle.kernel.geometry import Floats
from swaddle.kernel.texture_space import canonical, triangles
from swaddle.kernel.warping import FLAT, rasterize

SIZE = 200


def turned(yaw: float, depth: float) -> Floats:
    """Return the canonical face, turned, of 120 pixels, as deep as a landmarker believes it to be."""
    points = (canonical() - canonical().mean(axis=0)) * 120 / 256
    angle = np.radians(yaw)
    x, z = points[:, 0], points[:, 2]
    across, away = x * np.cos(angle) - z * np.sin(angle), x * np.sin(angle) + z * np.cos(angle)
    return np.column_stack([across + SIZE / 2, points[:, 1] + SIZE / 2, depth * away])


def doubled_areas(points: Floats) -> Floats:
    """Return twice the area of each triangle, negative where it is seen from behind."""
    corners = points[triangles(), :2]
    area = np.linalg.det(corners[:, 1:] - corners[:, :1])
    rest = canonical()[triangles(), :2]
    return area * np.sign(np.linalg.det(rest[:, 1:] - rest[:, :1]))


@given(st.floats(-60, 60), st.floats(-1, 1))
def test_no_triangle_seen_from_behind_or_from_the_side_hides_one_seen_from_the_front(
    yaw: float, depth: float
) -> None:
    points = turned(yaw, depth)
    area = doubled_areas(points)
    whole = rasterize(points, SIZE, SIZE)
    front = rasterize(points, SIZE, SIZE, facing=True)
    assert whole is not None
    assert front is not None
    seen = front.inside & (area[front.owner] >= FLAT)
    assert (area[whole.owner[seen]] >= FLAT).all()


def test_a_face_seen_from_behind_is_covered_unless_only_the_front_is_asked_for() -> None:
    points = turned(180, 1.0)
    whole = rasterize(points, SIZE, SIZE)
    front = rasterize(points, SIZE, SIZE, facing=True)
    assert whole is not None
    assert front is not None
    assert whole.inside.sum() > 100 * front.inside.sum()


def test_the_nearer_of_two_triangles_seen_from_the_front_is_in_front() -> None:
    points = turned(0, 1.0)
    near, far = 100, 700
    corners = triangles()
    points[corners[far]] = points[corners[near]] + [0, 0, 50]
    points[corners[near], 2] -= 50
    raster = rasterize(points, SIZE, SIZE)
    assert raster is not None
    assert (raster.owner == far).sum() == 0
