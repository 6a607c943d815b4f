"""InsightFace's adapters keep the contracts of their ports; its package is a stand-in here."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from swaddle.adapters.insightface.face_detector import InsightfaceFaceDetector
from swaddle.adapters.insightface.face_embedder import InsightfaceFaceEmbedder
from swaddle.kernel.devices import Device
from swaddle.kernel.errors import Misused, ModelMissing, Unavailable
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Box
from swaddle.kernel.ports import FaceDetector, FaceEmbedder
from tests.contracts import detectors, packs
from tests.contracts.detectors import Marked
from tests.contracts.test_face_detector import FaceDetectorContract
from tests.contracts.test_face_embedder import FaceEmbedderContract

MARK = Marked(0, 5, 4)


@pytest.fixture(autouse=True)
def _stand_in(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("modules")
    packs.install(folder)
    monkeypatch.syspath_prepend(str(folder))
    before = {name: sys.modules.pop(name) for name in _imported()}
    yield
    for name in _imported():
        del sys.modules[name]
    sys.modules.update(before)


def _imported() -> list[str]:
    return [name for name in sys.modules if name.split(".")[0] == "insightface"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a pack that has a model for everything, and one that has little."""
    for pack, files in {
        "buffalo_l": {"1k3d68": "other", "det_10g": "det", "w600k_r50": "rec"},
        "points_missing": {"det_500m": "boxes"},
        "damaged": {"det_10g": "broken"},
    }.items():
        (tmp_path / pack).mkdir()
        for name, content in files.items():
            (tmp_path / pack / f"{name}.onnx").write_text(content)
    return tmp_path


class TestInsightfaceFaceDetector(FaceDetectorContract):
    @pytest.fixture
    def detector(self, folder: Path) -> FaceDetector:
        return InsightfaceFaceDetector("buffalo_l", folder)

    @pytest.fixture
    def sight(self) -> tuple[Image, Box]:
        return detectors.picture((160, 128), [MARK]), MARK.face(8)[0]

    def test_its_points_and_boxes_are_those_of_the_package(self, detector: FaceDetector) -> None:
        small, large = Marked(0, 5, 4), Marked(0, 14, 10)
        picture = detectors.picture((160, 128), [small, large])
        picture[80:88, 120:126, 0] = 255  # the second is wider, so surer
        first, second = detector.detect(picture)

        assert first.score > second.score
        assert np.allclose(second.box.array(), small.face(8)[0].array())
        assert np.allclose(second.points, small.face(8)[1])
        assert detector.name == "insightface-buffalo_l"

    def test_the_least_score_is_the_callers(self, folder: Path) -> None:
        picture = detectors.picture((160, 128), [MARK])

        assert InsightfaceFaceDetector("buffalo_l", folder, threshold=0.9).detect(picture) == ()

    def test_boxes_without_points_are_not_enough(self, folder: Path) -> None:
        with pytest.raises(ModelMissing, match="finds boxes alone"):
            InsightfaceFaceDetector("points_missing", folder).detect(np.zeros((9, 9, 3), np.uint8))


class TestInsightfaceFaceEmbedder(FaceEmbedderContract):
    @pytest.fixture
    def embedder(self, folder: Path) -> FaceEmbedder:
        return InsightfaceFaceEmbedder("buffalo_l", folder, np.zeros(512))

    @pytest.fixture
    def width(self) -> int:
        return 512

    def test_the_centre_of_another_recogniser_is_refused(self, folder: Path) -> None:
        with pytest.raises(Misused, match="512 numbers for a face, the centre has 128"):
            InsightfaceFaceEmbedder("buffalo_l", folder, np.zeros(128))


def test_a_pack_that_is_not_there_is_not_downloaded(folder: Path) -> None:
    with pytest.raises(
        ModelMissing, match=r"antelopev2 of InsightFace is not in .*research alone"
    ):
        InsightfaceFaceDetector("antelopev2", folder)


def test_a_pack_without_the_model_says_what_it_has(folder: Path) -> None:
    with pytest.raises(ModelMissing, match=r"no model for recognition, only det_500m\.onnx"):
        InsightfaceFaceEmbedder("points_missing", folder, np.zeros(512))


def test_a_damaged_file_is_named(folder: Path) -> None:
    with pytest.raises(ModelMissing, match=r"det_10g\.onnx of InsightFace cannot be loaded"):
        InsightfaceFaceDetector("damaged", folder)


def test_without_the_package_a_sentence_says_how_to_get_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "insightface", None)
    with pytest.raises(Unavailable, match="make install ENGINES=gpu"):
        InsightfaceFaceDetector("buffalo_l", folder)


def test_a_card_that_is_asked_for_and_absent_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(Unavailable, match="cuda was asked for"):
        InsightfaceFaceDetector("buffalo_l", folder, device=Device.CUDA)


def test_a_card_that_cannot_be_started_is_not_replaced(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: there)
    with pytest.raises(Unavailable, match=r"cuda was asked for, .* could not start it"):
        InsightfaceFaceDetector("buffalo_l", folder, device=Device.CUDA)
