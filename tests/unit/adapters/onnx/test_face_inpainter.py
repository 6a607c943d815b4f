"""An inpainter paints a person into a hole, and never sees what was there."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from swaddle.adapters.onnx.conditioning import conditions, latent, surroundings
from swaddle.adapters.onnx.face_inpainter import OnnxFaceInpainter
from swaddle.adapters.onnx.inpainter_description import Keypoints, Latent
from swaddle.adapters.onnx.running import Runtime
from swaddle.kernel.devices import Device
from swaddle.kernel.errors import ModelFailed, ModelMissing
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import Frame, Image, Sampling, still
from swaddle.kernel.geometry import Floats
from swaddle.kernel.texture_space import pose, with_forehead
from swaddle.swapping.ports import SwapRequest
from tests.made.faces import face_to_swap, person, rendered, request
from tests.made.inpainters import DESCRIPTIONS, Paints, described, inpainter, network

KINDS = sorted(DESCRIPTIONS)


def face_of(asked: SwapRequest) -> Image:
    """Return 255 on the face with its forehead."""
    points = with_forehead(asked.face.landmarks, pose(asked.face.landmarks))[:, :2]
    mask = np.zeros((asked.frame.height, asked.frame.width), np.uint8)
    hull = cv2.convexHull(np.round(points).astype(np.int32))
    cv2.fillConvexPoly(mask, hull, 255)
    return mask


def filled(shape: tuple[int, ...], corners: Floats) -> Image:
    """Return 255 on every pixel whose middle lies in a convex outline."""
    height, width = shape[:2]
    hull = corners.astype(np.float32).reshape(-1, 1, 2)
    inside = [
        cv2.pointPolygonTest(hull, (float(x), float(y)), False) >= 0  # noqa: FBT003 - OpenCV's flag
        for y in range(height)
        for x in range(width)
    ]
    return np.array(inside, np.uint8).reshape(height, width) * 255


def with_noise(asked: SwapRequest, where: Image, seed: int) -> SwapRequest:
    """Return the request with noise in the place of some pixels."""
    noise = np.random.default_rng(seed).integers(0, 256, (*where.shape, 3))
    picture = np.where(where[..., None] > 0, noise, asked.frame.bgr()).astype(np.uint8)
    return replace(asked, frame=still(picture))


def with_another_face(asked: SwapRequest, seed: int) -> SwapRequest:
    """Return the request with noise in the place of every pixel of the face."""
    return with_noise(asked, face_of(asked), seed)


def halved(frame: Frame) -> Frame:
    """Return the frame with chroma of half the resolution, as most videos have it."""
    y, cb, cr = frame.planes
    small = tuple(
        cv2.resize(plane, (-(-y.shape[1] // 2), -(-y.shape[0] // 2)), interpolation=cv2.INTER_AREA)
        for plane in (cb, cr)
    )
    return Frame(0, 0, (y, small[0], small[1]), Sampling("bt601", full_range=True))


@pytest.mark.parametrize("kind", KINDS)
def test_the_person_is_in_the_hole_and_the_frame_around_it(kind: str, tmp_path: Path) -> None:
    asked = request()
    swapped = inpainter(tmp_path, kind).swap(asked.frame, asked.face, asked.identity, asked.group)
    assert swapped is not None
    shown = asked.frame.painted([swapped.patch]).bgr().astype(int)
    face = cv2.erode(face_of(asked), np.ones((7, 7))) > 0

    # One colour, to the rounding of planes and back.
    assert np.ptp(shown[face], axis=0).max() <= 3
    far = cv2.dilate(face_of(asked), np.ones((61, 61))) == 0
    assert np.array_equal(shown[far], asked.frame.bgr()[far])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("chroma", [1, 2])
@pytest.mark.parametrize("height", [90, 270])
@pytest.mark.parametrize("roll", [0, -35])
def test_no_pixel_of_the_hole_reaches_the_network(
    kind: str, chroma: int, height: int, roll: int
) -> None:
    asked = request(height=height, roll=roll)
    known = described(kind)
    around = surroundings(asked.frame, asked.face, known)
    assert around is not None
    hole = filled(asked.frame.planes[0].shape, around.outline)
    # Above all, the hole holds the face.
    assert hole[face_of(asked) > 0].min() == 255
    other = with_noise(asked, hole, 3)
    frames = [one.frame if chroma == 1 else halved(one.frame) for one in (asked, other)]
    first, second = (surroundings(frame, asked.face, known) for frame in frames)
    assert first is not None
    assert second is not None

    for one, same in zip(
        conditions(first, asked.face, "one", known),
        conditions(second, asked.face, "one", known),
        strict=True,
    ):
        assert np.array_equal(one, same)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_network_could_give_back_is_the_hole(kind: str, tmp_path: Path) -> None:
    echo = inpainter(tmp_path, kind, Paints.ECHO)
    asked = request()
    other = with_another_face(asked, 3)
    first, second = (
        echo.swap(one.frame, one.face, one.identity, one.group) for one in (asked, other)
    )
    assert first is not None
    assert second is not None

    assert np.array_equal(first.patch.bgr, second.patch.bgr)
    face = face_of(asked)[
        first.patch.y0 : first.patch.y0 + first.patch.alpha.shape[0],
        first.patch.x0 : first.patch.x0 + first.patch.alpha.shape[1],
    ]
    assert np.ptp(first.patch.bgr[face > 0], axis=0).max() < 1
    # And none of it stays in the frame.
    assert first.patch.alpha[face > 0].min() > 0.99


@pytest.mark.parametrize("kind", KINDS)
def test_a_network_that_saw_the_face_would_be_noticed(kind: str) -> None:
    asked = request()
    known = described(kind)
    elsewhere = face_to_swap(rendered()[0], rendered(x=0.6)[1])
    frames = [asked.frame, with_another_face(asked, 3).frame]
    first, second = (surroundings(frame, elsewhere, known) for frame in frames)
    assert first is not None
    assert second is not None

    assert not np.array_equal(first.picture, second.picture)


@pytest.mark.parametrize("kind", KINDS)
def test_a_person_looks_the_same_in_every_frame_and_unlike_others(
    kind: str, tmp_path: Path
) -> None:
    painter = inpainter(tmp_path, kind)
    asked = [request(person(name), seed=seed) for name in ("one", "other") for seed in (5, 6)]
    shown = [found for found in painter.swap_each(asked) if found is not None]
    colours = [found.patch.bgr[found.patch.alpha == 1].mean(axis=0) for found in shown]

    assert len(shown) == len(asked)
    assert np.abs(colours[0] - colours[1]).max() < 2
    assert np.abs(colours[2] - colours[3]).max() < 2
    assert np.abs(colours[0] - colours[2]).max() > 10


def test_a_latent_is_a_normal_vector_that_the_name_alone_decides() -> None:
    known = Latent(length=10_000)
    one, again, other = (latent(name, known) for name in ("a", "a", "b"))

    assert np.array_equal(one, again)
    assert abs(float(np.corrcoef(one, other)[0, 1])) < 0.05
    assert abs(float(one.mean())) < 0.05
    assert abs(float(one.std()) - 1) < 0.05


def test_one_of_many_trained_people_is_chosen() -> None:
    known = Latent(kind="one_hot", length=1200)
    chosen = [latent(f"{number}", known) for number in range(50)]

    assert all(one.sum() == one.max() == 1 for one in chosen)
    assert len({int(one.argmax()) for one in chosen}) > 40


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scale", [0.0, 0.01, 8.0, 1e5, float("nan")])
@pytest.mark.parametrize("place", [(0.0, 0.0), (230.0, -140.0), (1e9, -1e9)])
def test_a_mesh_may_lie_anywhere(
    kind: str, scale: float, place: tuple[float, float], tmp_path: Path
) -> None:
    asked = request()
    middle = asked.face.landmarks.mean(axis=0)
    landmarks = (asked.face.landmarks - middle) * scale + middle + [*place, 0.0]
    face = replace(asked.face, landmarks=landmarks)
    swapped = inpainter(tmp_path, kind).swap(asked.frame, face, asked.identity, asked.group)

    if swapped is not None:
        assert np.isfinite(swapped.patch.bgr).all()
        assert np.isfinite(swapped.patch.alpha).all()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_picture_is_not_shown(kind: str, tmp_path: Path) -> None:
    asked = request()
    painter = inpainter(tmp_path, kind, Paints.NAN)

    assert painter.swap(asked.frame, asked.face, asked.identity, asked.group) is None


def test_keypoints_are_bells_where_the_mesh_says() -> None:
    known = described("separate")
    bells = Keypoints(kind="heatmaps", points=((33, 133), (1,)), sigma=0.03)
    known = known.model_copy(update={"keypoints": bells, "inputs": {"pose": ("keypoints",)}})
    asked = request()
    around = surroundings(asked.frame, asked.face, known)
    assert around is not None
    (maps,) = conditions(around, asked.face, "one", known)
    peaks = [np.unravel_index(int(one.argmax()), one.shape) for one in maps]
    points = asked.face.landmarks[:, :2]
    wanted = np.array([points[[33, 133]].mean(axis=0), points[1]])
    matrix = around.square.matrix(known.side)
    placed = [matrix @ [column, row, 1] for row, column in peaks]

    assert maps.shape == (2, 64, 64)
    pixel = float(np.linalg.norm(matrix[:, 0]))
    assert np.abs(np.array(placed) - wanted).max() <= pixel


@pytest.mark.parametrize("kind", KINDS)
def test_another_network_is_refused_with_its_name(kind: str, tmp_path: Path) -> None:
    (wrong,) = (other for other in KINDS if other != kind)
    with pytest.raises(ModelMissing, match=f"{wrong}_person_batch.onnx has another signature"):
        OnnxFaceInpainter(network(tmp_path, wrong, Paints.PERSON), described(kind))


def test_an_output_that_is_not_there_is_named(tmp_path: Path) -> None:
    known = described("separate").model_copy(update={"output": "image"})
    with pytest.raises(ModelMissing, match="no output image of 3 x 64 x 64; found other, painted"):
        OnnxFaceInpainter(network(tmp_path, "separate", Paints.PERSON), known)


def test_a_network_of_fixed_size_gets_one_face_at_a_time(tmp_path: Path) -> None:
    runtime = Runtime(Device.CPU, threads=1, batch=4)
    single = OnnxFaceInpainter(
        network(tmp_path, "separate", Paints.PERSON, 1), described("separate"), runtime=runtime
    )
    many = inpainter(tmp_path, "separate")
    asked = [request(seed=seed) for seed in (5, 6, 7)]

    for one, other in zip(single.swap_each(asked), many.swap_each(asked), strict=True):
        assert one is not None
        assert other is not None
        assert np.abs(one.patch.bgr - other.patch.bgr).max() <= 1


def test_a_model_that_stops_fails_on_the_face_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    painter = inpainter(tmp_path, "separate")
    asked = request()
    # A description of another size than the network's: the runtime refuses what it is given.
    known = described("separate").model_copy(update={"side": 32})
    object.__setattr__(painter, "description", known)
    with pytest.raises(ModelFailed, match="stopped on a face"):
        painter.swap(asked.frame, asked.face, asked.identity, AgeGroup.ADULT)


def test_engines_are_told_apart(tmp_path: Path) -> None:
    one, other = (inpainter(tmp_path, kind) for kind in KINDS)

    assert one.fingerprint.startswith("onnx-inpainter/2 separate ")
    assert one.fingerprint.split()[2] != other.fingerprint.split()[2]
