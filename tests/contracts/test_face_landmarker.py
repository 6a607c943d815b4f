"""What every landmarker promises."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from swaddle import bootstrap
from swaddle.adapters.onnx.face_landmarker import FAMILIES, OnnxFaceLandmarker
from swaddle.adapters.onnx.lifting import lifted
from swaddle.kernel.errors import Misused, ModelMissing
from swaddle.kernel.faces import (
    FOREHEAD_TOP,
    LEFT_EYE,
    NOSE_TIP,
    RIGHT_EYE,
    Mesh,
)
from swaddle.kernel.frames import Frame, still
from swaddle.kernel.geometry import Floats, Region
from swaddle.kernel.ports import FaceLandmarker
from swaddle.settings import Settings
from tests.contracts import detectors, landmarkers
from tests.contracts.test_face_embedder import people

LEFT_EAR, RIGHT_EAR = 234, 454


@dataclass(frozen=True)
class Sight:
    """A frame with one face."""

    frame: Frame
    truth: Floats

    @property
    def region(self) -> Region:
        """Where to look."""
        return Mesh(self.truth, 1.0).region()

    def error(self, landmarks: Floats) -> float:
        """Return how far points are from where they are, on average, in sizes of the face."""
        apart = np.hypot(*(landmarks[:, :2] - self.truth[:, :2]).T).mean()
        return float(apart / np.ptp(self.truth[:, :2], axis=0).max())


class FaceLandmarkerContract:
    tolerance = 0.05
    """Of the mesh, in sizes of the face."""

    @pytest.fixture
    def landmarker(self) -> FaceLandmarker:
        raise NotImplementedError

    @pytest.fixture
    def sight(self) -> Sight:
        picture, landmarks = people()[0]
        return Sight(still(picture), landmarks)

    def test_the_mesh_lies_on_the_face(self, landmarker: FaceLandmarker, sight: Sight) -> None:
        mesh = landmarker.fit(sight.frame, sight.region)

        assert mesh.landmarks.shape == (468, 3)
        assert sight.error(mesh.landmarks) < self.tolerance
        assert 0.8 < mesh.presence <= 1

    @pytest.mark.parametrize(("angle", "growth"), [(0.3, 1.0), (-0.2, 1.15), (0.0, 0.9)])
    def test_where_the_look_begins_hardly_matters(
        self, landmarker: FaceLandmarker, sight: Sight, angle: float, growth: float
    ) -> None:
        region = sight.region
        other = replace(region, angle=region.angle + angle, size=region.size * growth)
        mesh = landmarker.fit(sight.frame, other)

        assert sight.error(mesh.landmarks) < self.tolerance
        assert sight.error(landmarker.fit(sight.frame, mesh.region()).landmarks) < self.tolerance

    def test_depth_grows_away_from_the_camera(
        self, landmarker: FaceLandmarker, sight: Sight
    ) -> None:
        depth = landmarker.fit(sight.frame, sight.region).landmarks[:, 2]

        assert depth[NOSE_TIP] < depth[FOREHEAD_TOP] < max(depth[LEFT_EAR], depth[RIGHT_EAR])

    def test_where_no_face_is_it_is_not_sure(
        self, landmarker: FaceLandmarker, sight: Sight
    ) -> None:
        nothing = still(np.zeros((240, 320, 3), np.uint8))

        assert landmarker.fit(nothing, Region(160, 120, 120)).presence < 0.5

    def test_irises_lie_within_the_eyes(self, landmarker: FaceLandmarker, sight: Sight) -> None:
        mesh = landmarker.fit(sight.frame, sight.region)
        closer, irises = landmarker.look_closer(sight.frame, mesh)

        assert irises.shape == (2, 5, 2)
        assert 0.8 < closer.presence <= mesh.presence
        assert sight.error(closer.landmarks) < self.tolerance
        for iris, rim in zip(irises, (LEFT_EYE, RIGHT_EYE), strict=True):
            eye = closer.landmarks[list(rim), :2]
            width = np.ptp(eye[:, 0])
            assert np.hypot(*(iris[0] - eye.mean(axis=0))) < 0.3 * width
            right, top, left, bottom = iris[1:] - iris[0]
            assert left[0] < 0 < right[0]
            assert top[1] < 0 < bottom[1]
            assert 0.1 * width < np.hypot(*right) < 0.35 * width


@pytest.mark.models
class TestLitertFaceLandmarker(FaceLandmarkerContract):
    @pytest.fixture
    def landmarker(self) -> FaceLandmarker:
        return bootstrap.face_landmarker(Settings())


MADE: dict[str, Callable[[Path], Path]] = {
    "2d106": landmarkers.insightface,
    "2dfan4": landmarkers.fan,
    "spiga98": landmarkers.spiga,
}


@pytest.fixture(params=MADE)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> OnnxFaceLandmarker:
    return OnnxFaceLandmarker(MADE[request.param](tmp_path / "made.onnx"), request.param)


def placed(angle: float, scale: float, x: float, y: float) -> Floats:
    """Return the canonical face in a picture, turned by an angle (clockwise on screen)."""
    canonical = landmarkers.CANONICAL - landmarkers.CANONICAL.mean(axis=0)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    flat = scale * canonical[:, :2] @ turn.T + [x, y]
    return np.column_stack([flat, scale * canonical[:, 2]])


class TestMadeFamilies(FaceLandmarkerContract):
    tolerance = 0.01

    @pytest.fixture
    def landmarker(self, made: OnnxFaceLandmarker) -> FaceLandmarker:
        return made

    @pytest.fixture(params=[(0.0, 1.0), (0.6, 0.7), (-0.4, 1.4)], ids=["level", "left", "right"])
    def sight(self, request: pytest.FixtureRequest) -> Sight:
        truth = placed(*request.param, 301.5, 251.25)
        return Sight(still(landmarkers.drawn(truth, (640, 480))), truth)

    def test_the_points_are_the_schemes_own(self, made: OnnxFaceLandmarker, sight: Sight) -> None:
        points, sure = made.points(sight.frame, sight.region)
        scheme = FAMILIES[made.family].scheme
        expected = sight.truth[list(scheme.mesh), :2]
        apart = np.hypot(*(points[list(scheme.chosen)] - expected).T)

        assert points.shape == (scheme.points, 2)
        assert apart.max() < 0.01 * np.ptp(sight.truth[:, 1])
        assert sure > 0.8

    def test_depth_is_that_of_the_pose(self, made: OnnxFaceLandmarker, sight: Sight) -> None:
        depth = made.fit(sight.frame, sight.region).landmarks[:, 2]
        apart = (depth - depth.mean()) - (sight.truth[:, 2] - sight.truth[:, 2].mean())

        assert np.abs(apart).mean() < 0.02 * np.ptp(sight.truth[:, 1])


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("turn", [0.0, 0.35, -0.6])
def test_a_mesh_is_known_again_from_its_points(family: str, turn: float) -> None:
    """A turned, stretched face: what the points say is kept, the rest stays near."""
    scheme = FAMILIES[family].scheme
    canonical = landmarkers.CANONICAL - landmarkers.CANONICAL.mean(axis=0)
    own = canonical * [1.08, 0.95, 1.1]
    c, s = np.cos(turn), np.sin(turn)
    truth = 1.3 * own @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]).T + [200, 150, 0]
    points = np.zeros((scheme.points, 2))
    points[list(scheme.chosen)] = truth[list(scheme.mesh), :2]
    mesh = lifted(points, scheme)
    apart = np.hypot(*(mesh[:, :2] - truth[:, :2]).T) / np.ptp(truth[:, 1])

    assert np.allclose(mesh[list(scheme.mesh), :2], truth[list(scheme.mesh), :2], atol=0.01)
    assert apart.mean() < 0.01
    assert np.corrcoef(mesh[:, 2], truth[:, 2])[0, 1] > 0.98


@pytest.mark.parametrize("family", FAMILIES)
def test_points_on_one_spot_make_no_error(family: str) -> None:
    scheme = FAMILIES[family].scheme

    assert np.isfinite(lifted(np.full((scheme.points, 2), 7.0), scheme)).all()


@pytest.mark.parametrize("family", FAMILIES)
class TestFilesThatAreNotTheModel:
    def test_a_missing_one_is_named(self, family: str, tmp_path: Path) -> None:
        with pytest.raises(ModelMissing, match=r"absent\.onnx is not there"):
            OnnxFaceLandmarker(tmp_path / "absent.onnx", family)

    def test_half_of_one_is_to_be_fetched_again(self, family: str, tmp_path: Path) -> None:
        path = MADE[family](tmp_path / "half.onnx")
        path.write_bytes(path.read_bytes()[:200])
        with pytest.raises(ModelMissing, match=r"half\.onnx .* fetch it again"):
            OnnxFaceLandmarker(path, family)

    def test_another_one_is_refused(self, family: str, tmp_path: Path) -> None:
        for write in (detectors.yoloface, *(w for name, w in MADE.items() if name != family)):
            path = write(tmp_path / "other.onnx")
            with pytest.raises(ModelMissing, match=r"other\.onnx .*expected .*found"):
                OnnxFaceLandmarker(path, family)


def test_a_family_that_nobody_knows_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(Misused, match="called dlib68; there are 2d106, 2dfan4, spiga98"):
        OnnxFaceLandmarker(tmp_path / "any.onnx", "dlib68")
