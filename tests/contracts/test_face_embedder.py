"""What every recogniser promises."""

from collections.abc import Sequence
from copy import copy
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from swaddle import bootstrap
from swaddle.adapters.dlib.face_embedder import DlibFaceEmbedder
from swaddle.adapters.onnx.alignment import ARCFACE, similarity
from swaddle.adapters.onnx.face_embedder import FAMILIES, OnnxFaceEmbedder, upright
from swaddle.kernel.batching import Batching
from swaddle.kernel.errors import Misused, ModelFailed, ModelMissing
from swaddle.kernel.faces import (
    LEFT_EYE,
    MOUTH_LEFT,
    MOUTH_RIGHT,
    NOSE_TIP,
    RIGHT_EYE,
    five_points,
)
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats, Region
from swaddle.kernel.ports import FaceEmbedder
from swaddle.scenes.catalogue import SCENES
from swaddle.scenes.rendering import render
from swaddle.settings import Settings
from tests.contracts import detectors, embedders
from tests.unit.adapters.onnx.test_broken_detectors import Broken

Sight = tuple[Image, Floats]


@cache
def people() -> tuple[Sight, Sight]:
    """Return two rendered people with their meshes."""
    moments = list(render(SCENES["hard-cut"], bootstrap.looks_source()))
    first, last = moments[0], moments[-1]
    assert first.faces[0].name != last.faces[0].name
    return (first.picture, first.faces[0].landmarks), (last.picture, last.faces[0].landmarks)


def moved(sight: Sight, region: Region, side: int) -> Sight:
    """Return what is seen in a region, as a picture of its own with its mesh."""
    picture, landmarks = sight
    matrix = region.matrix(side)
    inverse = np.linalg.inv(matrix[:, :2])
    flat = (landmarks[:, :2] - matrix[:, 2]) @ inverse.T
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    view = cv2.warpAffine(picture, matrix, (side, side), flags=flags)
    depth = landmarks[:, 2] * side / region.size
    return view, np.column_stack([flat, depth]).astype(np.float32)


class FaceEmbedderContract:
    @pytest.fixture
    def embedder(self) -> FaceEmbedder:
        raise NotImplementedError

    @pytest.fixture
    def width(self) -> int:
        """How many numbers it gives for a face."""
        raise NotImplementedError

    def test_nobody_has_no_vector(self, embedder: FaceEmbedder, width: int) -> None:
        assert embedder.embed([]).shape == (0, width)

    def test_each_face_has_a_unit_vector_in_its_place(
        self, embedder: FaceEmbedder, width: int
    ) -> None:
        one, other = people()
        vectors = embedder.embed([one, other, one])

        assert vectors.shape == (3, width)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        assert np.allclose(vectors[0], vectors[2], atol=1e-5)
        assert np.allclose(vectors[1], embedder.embed([other])[0], atol=1e-5)

    @pytest.mark.parametrize(("angle", "scale"), [(0.0, 1.0), (0.5, 1.0), (3.1, 0.8), (-1.2, 1.3)])
    def test_where_and_how_a_head_lies_says_nothing_of_who_it_is(
        self, embedder: FaceEmbedder, angle: float, scale: float
    ) -> None:
        one, other = people()
        x, y = one[1][:, :2].mean(axis=0).tolist()
        region = Region(x + 9, y - 14, 2.4 * float(np.ptp(one[1][:, 1])), angle)
        again = moved(one, region, round(region.size * scale))
        vectors = embedder.embed([one, again, other])

        assert vectors[0] @ vectors[1] > 0.9
        assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


@pytest.mark.models
class TestDlibFaceEmbedder(FaceEmbedderContract):
    @pytest.fixture
    def embedder(self) -> FaceEmbedder:
        return bootstrap.face_embedder(Settings())

    @pytest.fixture
    def width(self) -> int:
        return 128


@pytest.fixture(params=["arcface", "auraface", "sface", "edgeface"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> OnnxFaceEmbedder:
    family = FAMILIES[request.param]
    path = embedders.recogniser(tmp_path / "recogniser.onnx", family.width)
    return OnnxFaceEmbedder(path, np.zeros(family.width), family.name, batching=Batching(2))


class TestMadeFamilies(FaceEmbedderContract):
    @pytest.fixture
    def embedder(self, made: OnnxFaceEmbedder) -> FaceEmbedder:
        return made

    @pytest.fixture
    def width(self, made: OnnxFaceEmbedder) -> int:
        return made.width


COLOURS = {"arcface": (127.5, 127.5), "auraface": (127.5, 127.5), "edgeface": (127.5, 127.5)}


def test_colours_are_shown_as_the_family_was_trained(made: OnnxFaceEmbedder) -> None:
    picture = np.full((300, 300, 3), (20, 90, 220), np.uint8)
    mesh = np.zeros((468, 3), np.float32)
    for index, (x, y) in zip((*LEFT_EYE, *RIGHT_EYE), _rims(), strict=True):
        mesh[index, :2] = x, y
    points = zip((NOSE_TIP, MOUTH_LEFT, MOUTH_RIGHT), ARCFACE[2:], strict=True)
    for index, place in points:
        mesh[index, :2] = np.array(place) + 90
    shown = made.raw([(picture, mesh)])[0, :3]
    mean, spread = COLOURS.get(made.family, (0, 1))
    expected = (np.array([220, 90, 20]) - mean) / spread

    assert np.allclose(
        shown / np.linalg.norm(shown), expected / np.linalg.norm(expected), atol=1e-4
    )


def _rims() -> Sequence[tuple[float, float]]:
    """Return points around both eyes whose middle is the template's, 90 pixels further in."""
    turns = np.linspace(0, 2 * np.pi, len(LEFT_EYE), endpoint=False)
    ring = np.column_stack([np.cos(turns) * 8, np.sin(turns) * 3])
    return [tuple(p) for eye in ARCFACE[:2] for p in (ring + np.array(eye) + 90).tolist()]


def test_five_points_of_a_mesh_land_on_the_template() -> None:
    _, landmarks = people()[0]
    points = five_points(landmarks)
    matrix = similarity(points, np.array(ARCFACE))
    landed = points @ matrix[:, :2].T + matrix[:, 2]

    assert points.shape == (5, 2)
    assert np.hypot(*(landed - np.array(ARCFACE)).T).mean() < 8
    assert np.linalg.det(matrix[:, :2]) > 0
    assert np.allclose(matrix[0, 0], matrix[1, 1])
    assert np.allclose(matrix[0, 1], -matrix[1, 0])


@pytest.mark.parametrize("angle", [0.0, 0.7, 2.0, -3.0])
def test_a_similarity_is_found_exactly_where_there_is_one(angle: float) -> None:
    turn = 1.7 * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = np.array(ARCFACE)
    matrix = similarity(points, points @ turn.T + [5, -3])

    assert np.allclose(matrix, np.column_stack([turn, [5, -3]]))


def test_the_chip_holds_the_face_upright() -> None:
    picture, landmarks = people()[0]
    x, y = landmarks[:, :2].mean(axis=0).tolist()
    turned = moved((picture, landmarks), Region(x, y, 400, 2.2), 400)
    upright_before, upright_after = upright(picture, landmarks), upright(*turned)
    middle = np.s_[20:92, 20:92]
    apart = np.abs(upright_before[middle].astype(float) - upright_after[middle]).mean()

    assert upright_before.shape == (112, 112, 3)
    assert apart < 4


def test_the_centre_is_subtracted(tmp_path: Path) -> None:
    path = embedders.recogniser(tmp_path / "sface.onnx", 128)
    raw = OnnxFaceEmbedder(path, np.zeros(128), "sface").raw(people())
    centred = OnnxFaceEmbedder(path, raw.mean(axis=0), "sface").embed(people())

    assert np.allclose(np.linalg.norm(raw, axis=1), 1, atol=1e-5)
    assert centred[0] @ centred[1] == pytest.approx(-1, abs=1e-4)


def test_one_at_a_time_where_the_file_says_so(tmp_path: Path) -> None:
    many = embedders.recogniser(tmp_path / "many.onnx", 512)
    single = embedders.recogniser(tmp_path / "single.onnx", 512, batch=1)
    batching = Batching(8)
    vectors = [
        OnnxFaceEmbedder(path, np.zeros(512), batching=batching).embed([*people()] * 3)
        for path in (many, single)
    ]

    assert np.allclose(*vectors, atol=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
class TestFilesThatAreNotTheModel:
    def test_a_missing_one_is_named(self, family: str, tmp_path: Path) -> None:
        with pytest.raises(ModelMissing, match=r"absent\.onnx is not there"):
            OnnxFaceEmbedder(tmp_path / "absent.onnx", np.zeros(FAMILIES[family].width), family)

    def test_half_of_one_is_to_be_fetched_again(self, family: str, tmp_path: Path) -> None:
        path = embedders.recogniser(tmp_path / "half.onnx", FAMILIES[family].width)
        path.write_bytes(path.read_bytes()[:200])
        with pytest.raises(ModelMissing, match=r"half\.onnx .* fetch it again"):
            OnnxFaceEmbedder(path, np.zeros(FAMILIES[family].width), family)

    @pytest.mark.parametrize("wrong", ["width", "kind"])
    def test_another_one_is_refused(self, family: str, wrong: str, tmp_path: Path) -> None:
        path = tmp_path / "other.onnx"
        if wrong == "width":
            embedders.recogniser(path, 640 - FAMILIES[family].width)
        else:
            detectors.yoloface(path)
        with pytest.raises(ModelMissing, match=r"other\.onnx .*expected .*found"):
            OnnxFaceEmbedder(path, np.zeros(FAMILIES[family].width), family)


def test_dlib_refuses_another_centre_and_another_file(tmp_path: Path) -> None:
    other = tmp_path / "other.dat"
    other.write_bytes(b"no network")
    with pytest.raises(Misused, match="dlib gives 128 numbers for a face, the centre has 512"):
        DlibFaceEmbedder(other, np.zeros(512))
    with pytest.raises(ModelMissing, match=r"other\.dat is no recogniser of dlib's"):
        DlibFaceEmbedder(other, np.zeros(128))


def test_the_centre_of_another_recogniser_is_refused(tmp_path: Path) -> None:
    path = embedders.recogniser(tmp_path / "arcface.onnx", 512)
    with pytest.raises(Misused, match="512 numbers for a face, the centre has 128"):
        OnnxFaceEmbedder(path, np.zeros(128))
    with pytest.raises(Misused, match="called facenet; there are arcface"):
        OnnxFaceEmbedder(path, np.zeros(128), "facenet")


def test_a_recogniser_that_gives_no_numbers_has_failed(made: OnnxFaceEmbedder) -> None:
    broken = copy(made)
    object.__setattr__(broken, "session", Broken(made.session))

    with pytest.raises(ModelFailed, match=r"recogniser\.onnx gave something that is no number"):
        broken.embed([people()[0]])
