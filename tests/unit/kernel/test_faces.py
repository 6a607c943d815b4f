"""Where a landmarker looks for a face."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.kernel.canonical_face import POINTS
from swaddle.kernel.faces import Detection, Face, Mesh
from swaddle.kernel.geometry import Box

angles = st.floats(-3.1, 3.1)
sizes = st.floats(20, 800)


def turned(points: np.ndarray, angle: float, size: float) -> np.ndarray:
    """Turn clockwise on the screen about the origin, scale, and move by (300, 200)."""
    c, s = np.cos(angle), np.sin(angle)
    moved = np.asarray(points, float).copy()
    moved[:, :2] = moved[:, :2] @ np.array([[c, s], [-s, c]])
    moved *= size
    moved[:, :2] += (300, 200)
    return moved


def face(angle: float, size: float) -> np.ndarray:
    points = np.array(POINTS, float)
    points -= (points.max(axis=0) + points.min(axis=0)) / 2
    return turned(points / np.ptp(points[:, 1]), angle, size)


def same_angle(one: float, other: float) -> bool:
    return np.cos(one - other) == pytest.approx(1, abs=1e-3)


@given(angles, sizes)
def test_the_next_region_is_turned_with_the_face(angle: float, size: float) -> None:
    region = Mesh(face(angle, size), 1.0).region()

    assert same_angle(region.angle, angle)
    assert (region.cx, region.cy) == pytest.approx((300, 200), abs=0.02 * size)
    assert region.size == pytest.approx(1.5 * size, rel=0.02)


@given(angles, sizes)
def test_the_next_region_holds_the_face(angle: float, size: float) -> None:
    mesh = Mesh(face(angle, size), 1.0)
    inside = mesh.region().box()

    assert inside.intersection(mesh.box) == pytest.approx(mesh.box.area)


@given(angles, sizes, st.floats(0.05, 1))
def test_a_detected_face_is_turned_upright(angle: float, size: float, breadth: float) -> None:
    """Also in profile, where the eyes lie close together."""
    half = breadth / 2
    upright = np.array([[-half, -0.5], [half, -0.5], [0, 0], [-half, 0.5], [half, 0.5]])
    points = turned(upright, angle, size)
    region = Detection(Box.around(points), 0.9, points).region()

    assert same_angle(region.angle, angle)
    assert (region.cx, region.cy) == pytest.approx((300, 200), abs=1e-6 * size)
    assert region.size >= 3.6 * size * 0.999


def test_a_face_without_a_mesh_is_looked_for_around_its_box() -> None:
    region = Face(Box(10, 10, 30, 50), 0.5, None).region()

    assert (region.cx, region.cy, region.size, region.angle) == (20, 30, 60, 0)
    assert Face(Box(10, 10, 30, 50), 0.5, None).presence == 0
