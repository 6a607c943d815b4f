"""Frames as a decoder gives them: colours, crops, and patches that leave the rest alone."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.kernel.frames import Frame, Patch, Sampling, from_jpeg, still, to_jpeg

# 8-bit studio-range codes of pure colours (B, G, R): ITU-R BT.601-7 and BT.709-6, rounded.
STUDIO = {
    ("bt601", (0, 0, 255)): (81, 90, 240),
    ("bt601", (0, 255, 0)): (145, 54, 34),
    ("bt601", (255, 0, 0)): (41, 240, 110),
    ("bt709", (0, 0, 255)): (63, 102, 240),
    ("bt709", (0, 255, 0)): (173, 42, 26),
    ("bt709", (255, 0, 0)): (32, 240, 118),
    ("bt709", (255, 255, 255)): (235, 128, 128),
    ("bt709", (0, 0, 0)): (16, 128, 128),
    ("bt2020", (128, 128, 128)): (126, 128, 128),
}

samplings = st.builds(
    Sampling,
    matrix=st.sampled_from(["bt601", "bt709", "bt2020"]),
    full_range=st.booleans(),
    depth=st.sampled_from([8, 10]),
    chroma_width=st.sampled_from([1, 2]),
    chroma_height=st.sampled_from([1, 2]),
)


def noise(sampling: Sampling, width: int, height: int, seed: int = 0) -> Frame:
    """Return a frame in which every sample is its own."""
    random = np.random.default_rng(seed)
    kind = np.uint8 if sampling.depth == 8 else np.uint16
    small = (-(-height // sampling.chroma_height), -(-width // sampling.chroma_width))
    planes = [
        random.integers(0, sampling.white + 1, shape).astype(kind)
        for shape in ((height, width), small, small)
    ]
    return Frame(3, 99, (planes[0], planes[1], planes[2]), sampling)


def smooth(sampling: Sampling, width: int, height: int) -> Frame:
    """Return a frame whose samples change slowly."""
    frame = noise(sampling, width, height)
    planes = [cv2.GaussianBlur(plane, (0, 0), 6) for plane in frame.planes]
    return replace(frame, planes=tuple(planes))


def plain(x0: int, y0: int, width: int, height: int, colour: tuple[int, int, int]) -> Patch:
    bgr = np.full((height, width, 3), colour, np.float32)
    return Patch(x0, y0, bgr, np.ones((height, width), np.float32))


def touched(frame: Frame, patch: Patch) -> np.ndarray:
    """Return which pixels of the frame a patch gives any weight."""
    height, width = patch.alpha.shape
    canvas = np.zeros((frame.height + 200, frame.width + 200), bool)
    x0, y0 = patch.x0 + 100, patch.y0 + 100
    canvas[y0 : y0 + height, x0 : x0 + width] = patch.alpha > 0
    return canvas[100 : 100 + frame.height, 100 : 100 + frame.width]


def touched_chroma(frame: Frame, patch: Patch) -> np.ndarray:
    """Return which chroma samples stand for a touched pixel."""
    mask, sampling = touched(frame, patch), frame.sampling
    height, width = frame.planes[1].shape
    whole = np.zeros((height * sampling.chroma_height, width * sampling.chroma_width), bool)
    whole[: frame.height, : frame.width] = mask
    cells = whole.reshape(height, sampling.chroma_height, width, sampling.chroma_width)
    return cells.any(axis=(1, 3))


@st.composite
def paintings(draw: st.DrawFn) -> tuple[Frame, Patch]:
    frame = noise(draw(samplings), draw(st.integers(5, 40)), draw(st.integers(5, 40)))
    size = (draw(st.integers(1, 20)), draw(st.integers(1, 20)))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    alpha = random.choice([0.0, 0.0, 0.3, 1.0], size).astype(np.float32)
    bgr = random.uniform(0, 255, (*size, 3)).astype(np.float32)
    return frame, Patch(draw(st.integers(-25, 45)), draw(st.integers(-25, 45)), bgr, alpha)


# --- colours -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("case", "codes"), STUDIO.items())
@pytest.mark.parametrize("depth", [8, 10])
def test_colours_have_the_codes_of_the_standard(
    case: tuple[str, tuple[int, int, int]], codes: tuple[int, int, int], depth: int
) -> None:
    matrix, bgr = case
    found = Sampling(matrix, depth=depth).from_bgr() @ [*bgr, 1]

    np.testing.assert_allclose(found / 2 ** (depth - 8), codes, atol=0.6)


def test_full_range_uses_every_code() -> None:
    matrix = Sampling("bt601", full_range=True).from_bgr()

    # JFIF: red is (76, 85, 255.5), which saturates.
    np.testing.assert_allclose(matrix @ [0, 0, 255, 1], [76.2, 85, 255.5], atol=0.1)
    np.testing.assert_allclose(matrix @ [255, 255, 255, 1], [255, 128, 128], atol=1e-9)


@given(samplings, st.tuples(*[st.floats(0, 255)] * 3))
def test_a_colour_comes_back(sampling: Sampling, bgr: tuple[float, ...]) -> None:
    codes = sampling.from_bgr() @ [*bgr, 1]

    np.testing.assert_allclose(sampling.to_bgr() @ [*codes, 1], bgr, atol=1e-6)


@given(samplings)
def test_a_black_frame_is_black(sampling: Sampling) -> None:
    frame = noise(sampling, 8, 6).black()

    assert (frame.number, frame.pts) == (3, 99)
    assert frame.bgr().max() <= 1


def test_a_still_picture_is_seen_as_it_is() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (20, 30, 3)).astype(np.uint8)

    assert np.abs(still(picture).bgr().astype(int) - picture).max() <= 2


def test_a_picture_survives_as_jpeg() -> None:
    picture = smooth(Sampling(), 64, 64).bgr()

    assert np.abs(from_jpeg(to_jpeg(picture, 95)).astype(int) - picture).mean() < 3


# --- crops -------------------------------------------------------------------------------------


def direct(frame: Frame, matrix: np.ndarray, width: int, height: int) -> np.ndarray:
    """Return what `view` must show, pixel by pixel, by interpolating each plane linearly."""
    ys, xs = np.mgrid[:height, :width]
    at = np.stack([xs.ravel(), ys.ravel(), np.ones(xs.size)], axis=1) @ matrix.T
    factors = (frame.sampling.chroma_width, frame.sampling.chroma_height)
    samples = []
    for plane, (fx, fy) in zip(frame.planes, ((1, 1), factors, factors), strict=True):
        x, y = ((at + 0.5) / (fx, fy) - 0.5).T
        x, y = np.clip(x, 0, plane.shape[1] - 1), np.clip(y, 0, plane.shape[0] - 1)
        left, top = np.floor(x).astype(int), np.floor(y).astype(int)
        right = np.minimum(left + 1, plane.shape[1] - 1)
        bottom = np.minimum(top + 1, plane.shape[0] - 1)
        u, v, p = x - left, y - top, plane.astype(float)
        upper = p[top, left] * (1 - u) + p[top, right] * u
        samples.append(upper * (1 - v) + (p[bottom, left] * (1 - u) + p[bottom, right] * u) * v)
    colours = np.stack([*samples, np.ones(xs.size)], axis=1) @ frame.sampling.to_bgr().T
    return np.clip(np.rint(colours), 0, 255).reshape(height, width, 3)


@given(samplings, st.floats(-4, 4), st.floats(0.3, 1.4), st.floats(-10, 60), st.floats(-10, 60))
def test_a_crop_shows_what_lies_there(
    sampling: Sampling, angle: float, scale: float, x: float, y: float
) -> None:
    frame = smooth(sampling, 61, 47)
    c, s = np.cos(angle) * scale, np.sin(angle) * scale
    matrix = np.array([[c, -s, x], [s, c, y]])
    seen = frame.view(matrix, 24, 20).astype(float)

    # OpenCV interpolates at 1/32 of a pixel.
    assert np.abs(seen - direct(frame, matrix, 24, 20)).max() <= 4


@given(samplings)
def test_the_whole_frame_is_the_crop_of_all(sampling: Sampling) -> None:
    frame = noise(sampling, 31, 22)
    identity = np.array([[1.0, 0, 0], [0, 1, 0]])

    assert frame.bgr().dtype == np.uint8
    assert np.abs(frame.bgr() - direct(frame, identity, 31, 22)).max() <= 3
    np.testing.assert_array_equal(frame.bgr((4, 6, 14, 12)), frame.bgr()[6:12, 4:14])


def test_a_small_picture_of_a_fine_pattern_is_its_mean() -> None:
    frame = noise(Sampling(full_range=True), 320, 320)
    pattern = (np.indices((320, 320)).sum(axis=0) % 2 * 200).astype(np.uint8)
    grey = np.full((160, 160), 128, np.uint8)
    frame = replace(frame, planes=(pattern, grey, grey))
    shrink = np.array([[5.0, 0, 2], [0, 5, 2]])

    assert np.abs(frame.view(shrink, 64, 64).astype(int) - 100).max() <= 10
    assert np.abs(frame.scaled(64, 64).astype(int) - 100).max() <= 10


# --- patches -----------------------------------------------------------------------------------


@given(paintings())
def test_what_no_patch_touches_stays_to_the_bit(case: tuple[Frame, Patch]) -> None:
    frame, patch = case
    painted = frame.painted([patch])
    masks = [touched(frame, patch), *[touched_chroma(frame, patch)] * 2]

    for before, after, mask in zip(frame.planes, painted.planes, masks, strict=True):
        assert after.dtype == before.dtype
        np.testing.assert_array_equal(after[~mask], before[~mask])


@given(paintings())
def test_painting_leaves_the_frame_it_began_with(case: tuple[Frame, Patch]) -> None:
    frame, patch = case
    before = [plane.copy() for plane in frame.planes]
    frame.painted([patch])

    for plane, copy in zip(frame.planes, before, strict=True):
        np.testing.assert_array_equal(plane, copy)


@given(
    samplings,
    st.tuples(st.integers(3, 21), st.integers(3, 21)),
    st.tuples(*[st.integers(0, 255)] * 3),
    st.integers(0, 1),
)
def test_what_a_patch_hides_is_gone(
    sampling: Sampling, size: tuple[int, int], colour: tuple[int, int, int], margin: int
) -> None:
    width, height = size
    patch = plain(-margin, -margin, width + 2 * margin, height + 2 * margin, colour)
    results = [noise(sampling, width, height, seed).painted([patch]) for seed in (1, 2)]

    for one, other in zip(results[0].planes, results[1].planes, strict=True):
        np.testing.assert_array_equal(one, other)
    assert np.abs(results[0].bgr().astype(int) - colour).max() <= 3


def test_half_a_weight_is_half_way() -> None:
    frame = noise(Sampling(full_range=True, chroma_width=1, chroma_height=1), 8, 8).black()
    white = plain(0, 0, 8, 8, (255, 255, 255))
    half = replace(white, alpha=white.alpha / 2)

    assert np.abs(frame.painted([half]).bgr().astype(int) - 128).max() <= 1


def test_later_patches_lie_on_earlier_ones() -> None:
    frame = noise(Sampling(), 16, 16)
    red, blue = plain(0, 0, 16, 16, (0, 0, 255)), plain(4, 4, 8, 8, (255, 0, 0))
    seen = frame.painted([red, blue]).bgr().astype(int)

    assert np.abs(seen[6, 6] - [255, 0, 0]).max() <= 3
    assert np.abs(seen[1, 1] - [0, 0, 255]).max() <= 3


def test_nothing_to_paint_is_no_work() -> None:
    frame = noise(Sampling(), 16, 16)

    assert frame.painted([]) is frame
