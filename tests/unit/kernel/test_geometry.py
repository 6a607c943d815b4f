"""Boxes, turned squares, similarity transforms."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from swaddle.kernel.geometry import Box, Region, Similarity, fit_similarity

numbers = st.floats(-1000, 1000)
sides = st.integers(1, 500)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x0, y0 = draw(numbers), draw(numbers)
    return Box(x0, y0, x0 + draw(st.floats(0.1, 500)), y0 + draw(st.floats(0.1, 500)))


@st.composite
def similarities(draw: st.DrawFn) -> tuple[Similarity, np.ndarray]:
    """Return a map and points that tell it from every other."""
    dimensions = draw(st.sampled_from([2, 3]))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    rotation, _ = np.linalg.qr(random.normal(size=(dimensions, dimensions)))
    rotation[:, 0] *= np.sign(np.linalg.det(rotation))
    offset = random.normal(size=dimensions) * 100
    scale = draw(st.floats(0.01, 100))
    points = random.normal(size=(draw(st.integers(4, 50)), dimensions)) * 50
    return Similarity(scale, rotation, np.zeros(dimensions), offset), points


def holds(outer: Box, inner: Box, tolerance: float = 1e-9) -> bool:
    low = outer.x0 <= inner.x0 + tolerance and outer.y0 <= inner.y0 + tolerance
    return low and outer.x1 >= inner.x1 - tolerance and outer.y1 >= inner.y1 - tolerance


@given(arrays.arrays(float, st.tuples(st.integers(1, 9), st.integers(2, 4)), elements=numbers))
def test_a_box_around_points_touches_the_outermost(points: np.ndarray) -> None:
    box = Box.around(points)

    assert (box.x0, box.y0) == tuple(points[:, :2].min(axis=0))
    assert (box.x1, box.y1) == tuple(points[:, :2].max(axis=0))


@given(boxes(), boxes())
def test_overlap_is_mutual_and_at_most_everything(a: Box, b: Box) -> None:
    assert 0 <= a.iou(b) <= 1
    assert a.iou(b) == pytest.approx(b.iou(a))
    assert a.intersection(b) <= min(a.area, b.area) + 1e-6
    assert a.iou(a) == pytest.approx(1)


def test_overlap_of_two_known_boxes() -> None:
    assert Box(0, 0, 4, 4).iou(Box(2, 2, 6, 6)) == pytest.approx(4 / 28)
    assert Box(0, 0, 4, 4).iou(Box(4, 0, 8, 4)) == 0


@given(boxes(), boxes())
def test_a_union_holds_both(a: Box, b: Box) -> None:
    assert holds(a.union(b), a)
    assert holds(a.union(b), b)


@given(boxes(), st.floats(0.1, 5), st.floats(0, 50))
def test_a_grown_box_keeps_its_centre(box: Box, factor: float, margin: float) -> None:
    grown = box.grown(factor, margin)

    assert grown.center == pytest.approx(box.center, abs=1e-6)
    assert grown.width == pytest.approx(box.width * factor + 2 * margin)
    assert grown.height == pytest.approx(box.height * factor + 2 * margin)


@given(boxes(), sides, sides)
def test_a_clipped_box_lies_in_the_picture(box: Box, width: int, height: int) -> None:
    clipped = box.clipped(width, height)

    assert holds(Box(0, 0, width, height), clipped)
    assert clipped.area == pytest.approx(box.intersection(Box(0, 0, width, height)), abs=1e-6)


@st.composite
def glimpses(draw: st.DrawFn) -> tuple[Box, int, int]:
    """Return a box of which a picture of this width and height shows a part."""
    width, height = draw(sides), draw(sides)
    x0, y0 = draw(st.floats(-50, width - 0.5)), draw(st.floats(-50, height - 0.5))
    x1 = draw(st.floats(max(x0, 0) + 0.25, width + 50))
    y1 = draw(st.floats(max(y0, 0) + 0.25, height + 50))
    return Box(x0, y0, x1, y1), width, height


@given(glimpses(), st.sampled_from([1, 2, 4]))
def test_whole_pixels_hold_what_is_visible(case: tuple[Box, int, int], multiple: int) -> None:
    box, width, height = case
    x0, y0, x1, y1 = box.pixels(width, height, multiple)

    assert holds(Box(x0, y0, x1, y1), box.clipped(width, height))
    assert holds(Box(0, 0, width, height), Box(x0, y0, x1, y1))
    assert x0 % multiple == y0 % multiple == 0
    assert all(end % multiple == 0 or end == limit for end, limit in ((x1, width), (y1, height)))


@given(boxes(), sides, sides, st.sampled_from([1, 2, 4]))
def test_what_is_not_visible_has_no_pixels(
    box: Box, width: int, height: int, multiple: int
) -> None:
    outside = Box(width + box.width, box.y0, width + 2 * box.width, box.y1)
    x0, y0, x1, y1 = outside.pixels(width, height, multiple)

    assert (x1 - x0) * (y1 - y0) == 0


@given(boxes(), boxes(), st.floats(0, 1))
def test_a_blend_lies_between_two_boxes(a: Box, b: Box, weight: float) -> None:
    blend = a.blend(b, weight)

    assert blend.x0 == pytest.approx(a.x0 + (b.x0 - a.x0) * weight, abs=1e-3)
    assert blend.y1 == pytest.approx(a.y1 + (b.y1 - a.y1) * weight, abs=1e-3)


@given(numbers, numbers, st.floats(1, 500), st.floats(-7, 7), st.integers(1, 300))
def test_a_crop_of_a_region_shows_the_turned_square(
    cx: float, cy: float, size: float, angle: float, pixels: int
) -> None:
    region = Region(cx, cy, size, angle)
    corners = np.array([[-0.5, -0.5], [pixels - 0.5, -0.5], [-0.5, pixels - 0.5]])
    a, b, c = corners @ region.matrix(pixels)[:, :2].T + region.matrix(pixels)[:, 2]

    assert np.hypot(*(b - a)) == pytest.approx(size)
    assert np.arctan2(*(b - a)[::-1]) == pytest.approx(np.arctan2(np.sin(angle), np.cos(angle)))
    np.testing.assert_allclose((b + c) / 2, [cx, cy], atol=1e-6)
    assert holds(region.box(), Box.around(np.array([a, b, c])), 1e-6)


def test_an_upright_region_is_its_box() -> None:
    assert Region(10, 20, 4).box() == Box(8, 18, 12, 22)


@given(similarities())
def test_a_similarity_is_found_again(case: tuple[Similarity, np.ndarray]) -> None:
    truth, points = case
    found = fit_similarity(points, truth(points))

    assert found.scale == pytest.approx(truth.scale)
    np.testing.assert_allclose(found.rotation, truth.rotation, atol=1e-6)
    np.testing.assert_allclose(found(points), truth(points), atol=1e-6 * (1 + 200 * truth.scale))


@given(similarities())
def test_what_was_mapped_is_mapped_back(case: tuple[Similarity, np.ndarray]) -> None:
    similarity, points = case
    mapped = similarity(points)

    np.testing.assert_allclose(similarity.inverse(mapped), points, atol=1e-6)
    np.testing.assert_allclose(
        similarity.turn_back(mapped[1:] - mapped[0]), points[1:] - points[0], atol=1e-6
    )


@given(similarities(), st.integers(0, 2**32))
def test_nothing_is_mirrored(case: tuple[Similarity, np.ndarray], seed: int) -> None:
    points = case[1]
    target = np.random.default_rng(seed).normal(size=points.shape)
    mirrored = points * ([-1] + [1] * (points.shape[1] - 1))

    for goal in (target, mirrored):
        assert np.linalg.det(fit_similarity(points, goal).rotation) == pytest.approx(1)


@given(similarities())
def test_points_without_weight_do_not_count(case: tuple[Similarity, np.ndarray]) -> None:
    truth, points = case
    target = truth(points)
    target[0] += 1e6
    weights = np.ones(len(points))
    weights[0] = 0
    found: Any = fit_similarity(points, target, weights)
    assume(len(points) > points.shape[1] + 1)

    assert found.scale == pytest.approx(truth.scale, rel=1e-5)


@given(similarities(), st.integers(0, 2**32))
def test_no_other_similarity_is_nearer(case: tuple[Similarity, np.ndarray], seed: int) -> None:
    truth, points = case
    random = np.random.default_rng(seed)
    target = truth(points) + random.normal(size=points.shape)
    found = fit_similarity(points, target)
    shift = random.normal(size=points.shape[1]) * 0.01
    other = Similarity(found.scale * 1.001, found.rotation, found.origin, found.target + shift)

    assert ((found(points) - target) ** 2).sum() <= ((other(points) - target) ** 2).sum()
