"""What every face detector promises."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import RuntimeException

from swaddle import bootstrap
from swaddle.adapters.dlib.face_detector import DlibFaceDetector
from swaddle.adapters.litert.face_detector import LitertFaceDetector
from swaddle.adapters.onnx.face_detector import OnnxFaceDetector
from swaddle.kernel.batching import Batching
from swaddle.kernel.errors import Misused, ModelMissing, OutOfMemory
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Box
from swaddle.kernel.ports import FaceDetector
from swaddle.scenes.catalogue import SCENES
from swaddle.scenes.rendering import render
from swaddle.settings import Settings
from tests.contracts import detectors
from tests.contracts.detectors import Marked
from tests.made.devices import SAID, Crowded

SMALL = Marked(0, 5, 4)


def weights(name: str) -> Path:
    """Return where a fetched model lies."""
    return Path(bootstrap.model_store(Settings()).path(bootstrap.catalogue(Settings()).find(name)))


@cache
def portrait() -> tuple[Image, Box]:
    """Return a rendered person who faces the camera, with the box of the mesh."""
    scenes = render(SCENES["hard-cut"], bootstrap.looks_source())
    moment = next(m for m in scenes if any(f.faces_camera and f.inside == 1 for f in m.faces))
    return moment.picture, moment.faces[0].box


class FaceDetectorContract:
    @pytest.fixture
    def detector(self) -> FaceDetector:
        raise NotImplementedError

    @pytest.fixture
    def sight(self) -> tuple[Image, Box]:
        """A picture with one face, and where it is."""
        return portrait()

    def test_a_face_is_found_where_it_is(
        self, detector: FaceDetector, sight: tuple[Image, Box]
    ) -> None:
        picture, box = sight
        best = detector.detect(picture)[0]

        assert best.box.iou(box) > 0.5
        assert 0 < best.score <= 1

    def test_five_points_have_the_order_of_an_upright_face(
        self, detector: FaceDetector, sight: tuple[Image, Box]
    ) -> None:
        left, right, nose, mouth_left, mouth_right = detector.detect(sight[0])[0].points

        assert left[0] < right[0]
        assert mouth_left[0] <= mouth_right[0]  # MediaPipe knows the middle of the mouth alone
        assert max(left[1], right[1]) < nose[1] < min(mouth_left[1], mouth_right[1])

    def test_where_nothing_is_nothing_is_found(self, detector: FaceDetector) -> None:
        assert list(detector.detect(np.zeros((96, 128, 3), np.uint8))) == []

    def test_many_pictures_are_looked_at_as_one_is(
        self, detector: FaceDetector, sight: tuple[Image, Box]
    ) -> None:
        picture, _ = sight
        pictures = [picture, picture[:-8], np.zeros_like(picture), picture]
        together = detector.detect_each(pictures)

        assert len(together) == len(pictures)
        for one, several in zip(map(detector.detect, pictures), together, strict=True):
            assert len(one) == len(several)
            for face, other in zip(one, several, strict=True):
                assert np.allclose(face.box.array(), other.box.array(), atol=0.05)
                assert np.allclose(face.points, other.points, atol=0.05)
                assert face.score == pytest.approx(other.score, abs=1e-4)

    def test_it_has_a_name_for_reports(self, detector: FaceDetector) -> None:
        assert detector.name


class TestDlibFaceDetector(FaceDetectorContract):
    @pytest.fixture
    def detector(self) -> FaceDetector:
        return DlibFaceDetector()


@pytest.mark.models
class TestLitertFaceDetector(FaceDetectorContract):
    @pytest.fixture
    def detector(self) -> FaceDetector:
        return LitertFaceDetector(weights("face_detection_full_range_sparse"))


@pytest.mark.models
class TestCenterFace(FaceDetectorContract):
    @pytest.fixture
    def detector(self) -> FaceDetector:
        return OnnxFaceDetector(weights("centerface"))


@pytest.mark.shared
class TestScrfd(FaceDetectorContract):
    @pytest.fixture
    def detector(self, shared: Path) -> FaceDetector:
        return OnnxFaceDetector(shared / "models" / "scrfd_2.5g_kps.onnx", "scrfd")


@pytest.mark.shared
class TestYunet(FaceDetectorContract):
    @pytest.fixture
    def detector(self, shared: Path) -> FaceDetector:
        return OnnxFaceDetector(shared / "models" / "yunet_2023mar.onnx", "yunet")


MADE: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "centerface": ("centerface", detectors.centerface),
    "scrfd": ("scrfd", detectors.scrfd),
    "scrfd-fixed": ("scrfd", lambda p: detectors.scrfd(p, side=160, batch=1)),
    "scrfd-flat": ("scrfd", lambda p: detectors.scrfd(p, flat=True)),
    "det-10g": ("retinaface", lambda p: detectors.scrfd(p, flat=True)),
    "retinaface": ("retinaface", detectors.retinaface),
    "retinaface-batched": ("retinaface", lambda p: detectors.retinaface(p, batch="batch")),
    "yunet": ("yunet", lambda p: detectors.yunet(p, side=160)),
    "yunet-free": ("yunet", lambda p: detectors.yunet(p, side="side", batch="batch")),
    "yoloface": ("yoloface", lambda p: detectors.yoloface(p, side=160)),
}


@pytest.fixture(params=MADE)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> OnnxFaceDetector:
    family, write = MADE[request.param]
    path = write(tmp_path / f"{request.param}.onnx")
    return OnnxFaceDetector(path, family, threshold=0.6, batching=Batching(3))


def strides(detector: OnnxFaceDetector) -> tuple[int, ...]:
    return (4,) if detector.family == "centerface" else detectors.STRIDES


class TestMadeFamilies(FaceDetectorContract):
    @pytest.fixture
    def detector(self, made: OnnxFaceDetector) -> FaceDetector:
        return made

    @pytest.fixture
    def sight(self, made: OnnxFaceDetector) -> tuple[Image, Box]:
        picture = detectors.picture((160, 128), [SMALL], strides(made))
        return picture, SMALL.face(strides(made)[0])[0]


@pytest.mark.parametrize("cell", [(3, 2), (0, 0), (2, 3), (4, 1)])
def test_each_cell_of_each_scale_stands_for_its_place(
    made: OnnxFaceDetector, cell: tuple[int, int]
) -> None:
    for level, stride in enumerate(strides(made)):
        mark = Marked(level, *cell)
        (face,) = made.detect(detectors.picture((160, 128), [mark], strides(made)))
        box, points = mark.face(stride)
        if made.family == "centerface":  # which lets no face begin outside the picture
            box, points = _pushed_in(box, points)

        assert np.allclose(face.box.array(), box.array(), atol=1e-3)
        assert np.allclose(face.points, points, atol=1e-3)
        assert face.score == pytest.approx(1, abs=1e-3)


def _pushed_in(box: Box, points: np.ndarray) -> tuple[Box, np.ndarray]:
    shift = np.maximum(0, [-box.x0, -box.y0])
    moved = box.array() + np.tile(shift, 2)
    return Box(*moved.tolist()), points + shift


def test_faces_come_once_and_the_surest_first(made: OnnxFaceDetector) -> None:
    marks = [Marked(0, 3, 3), Marked(0, 15, 11)]
    picture = detectors.picture((160, 128), marks, strides(made))
    side = strides(made)[0]
    picture[3 * side : 4 * side, 3 * side : 4 * side, 0] = 220
    picture[11 * side : 12 * side, 16 * side : 17 * side, 0] = 250  # the second face again
    sure, less = made.detect(picture)

    assert np.allclose(sure.box.array(), marks[1].face(side)[0].array(), atol=1e-3)
    assert np.allclose(less.box.array(), marks[0].face(side)[0].array(), atol=1e-3)
    assert less.score < sure.score


def test_a_device_with_too_little_memory_is_given_less(tmp_path: Path) -> None:
    whole = OnnxFaceDetector(detectors.scrfd(tmp_path / "scrfd.onnx"), "scrfd")
    cramped = Crowded(whole.session.session, 3, RuntimeException(SAID))
    small = replace(whole, session=replace(whole.session, session=cramped), batching=Batching(7))
    pictures = [detectors.picture((160, 128), [Marked(0, n, 4)]) for n in range(5, 12)]
    found = small.detect_each(pictures)

    assert [faces[0].box.x0 for faces in found] == [(n - 1.5) * 8 for n in range(5, 12)]
    assert cramped.batches == [3, 3, 1]
    full = replace(
        whole.session, session=Crowded(whole.session.session, 0, RuntimeException(SAID))
    )
    with pytest.raises(OutOfMemory):
        replace(whole, session=full).detect(pictures[0])


@pytest.mark.parametrize("name", ["scrfd-fixed", "yunet", "yoloface"])
@pytest.mark.parametrize(("width", "height"), [(320, 320), (640, 480), (240, 480), (161, 40)])
def test_a_picture_larger_than_the_input_is_scaled_to_fit(
    name: str, width: int, height: int, tmp_path: Path
) -> None:
    family, write = MADE[name]
    detector = OnnxFaceDetector(write(tmp_path / "fixed.onnx"), family, 0.6)
    factor = max(width, height) / 160
    small = detectors.picture((width * 160 // max(width, height), 40), [SMALL])
    canvas = np.zeros((round(height / factor), small.shape[1], 3), np.uint8)
    canvas[: small.shape[0]] = small[: canvas.shape[0]]
    picture = cv2.resize(canvas, (width, height), interpolation=cv2.INTER_NEAREST)
    (face,) = detector.detect(picture)
    box, points = SMALL.face(8, factor)

    assert np.allclose(face.box.array(), box.array(), rtol=0.01, atol=0.5)
    assert np.allclose(face.points, points, rtol=0.01, atol=0.5)


@pytest.mark.parametrize("name", ["scrfd", "yunet-free", "retinaface"])
def test_where_the_file_leaves_the_size_open_no_picture_is_scaled(
    name: str, tmp_path: Path
) -> None:
    family, write = MADE[name]
    detector = OnnxFaceDetector(write(tmp_path / "free.onnx"), family, 0.6)
    mark = Marked(2, 9, 1)
    (face,) = detector.detect(detectors.picture((333, 71), [mark]))

    assert np.allclose(face.box.array(), mark.face(32)[0].array(), atol=1e-3)


def test_the_familys_own_threshold_holds_where_none_is_given(tmp_path: Path) -> None:
    path = detectors.yunet(tmp_path / "yunet.onnx", side=64)
    picture = detectors.picture((64, 64), [SMALL]) // 255 * 140

    assert OnnxFaceDetector(path, "yunet").detect(picture) == ()
    (face,) = OnnxFaceDetector(path, "yunet", 0.5).detect(picture)
    assert face.score == pytest.approx(140 / 255)


@pytest.mark.parametrize("family", ["centerface", "scrfd", "retinaface", "yunet", "yoloface"])
class TestFilesThatAreNotTheModel:
    def test_a_missing_one_is_named(self, family: str, tmp_path: Path) -> None:
        with pytest.raises(ModelMissing, match=r"absent\.onnx is not there.*models fetch"):
            OnnxFaceDetector(tmp_path / "absent.onnx", family)

    def test_half_of_one_is_to_be_fetched_again(self, family: str, tmp_path: Path) -> None:
        path = MADE[family][1](tmp_path / "half.onnx")
        path.write_bytes(path.read_bytes()[:200])
        with pytest.raises(ModelMissing, match=r"half\.onnx .* fetch it again"):
            OnnxFaceDetector(path, family)

    def test_one_of_another_family_is_refused(self, family: str, tmp_path: Path) -> None:
        other = detectors.yoloface if family != "yoloface" else detectors.yunet
        path = other(tmp_path / "other.onnx")
        with pytest.raises(ModelMissing, match=r"other\.onnx .*expected .*found"):
            OnnxFaceDetector(path, family)


def test_a_family_that_nobody_knows_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(Misused, match="called mtcnn; there are centerface, scrfd"):
        OnnxFaceDetector(tmp_path / "any.onnx", "mtcnn")
