"""
What swaddle uses of InsightFace's package, with models that do something known.

The names, arguments and results are those of insightface 0.7 (`model_zoo.get_model`, `prepare`,
`detect`, `get_feat`, `utils.face_align.norm_crop`); the package itself is not installed for tests.
"""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats
from tests.contracts.detectors import FIVE

TEMPLATE = np.array(
    [
        [38.2946, 51.6963],
        [73.5318, 51.5014],
        [56.0252, 71.7366],
        [41.5493, 92.3655],
        [70.7299, 92.2041],
    ],
    np.float32,
)

FILES = {
    "insightface/__init__.py": "",
    "insightface/model_zoo.py": "from tests.contracts.packs import get_model",
    "insightface/utils/__init__.py": "",
    "insightface/utils/face_align.py": "from tests.contracts.packs import norm_crop",
}


def install(folder: Path) -> None:
    """Write the package into a folder that Python looks for modules in."""
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


class Session:
    """Works on the processor, as on a machine whose card cannot be started."""

    def get_providers(self) -> list[str]:
        return ["CPUExecutionProvider"]


class Boxes:
    """Sees a face where a picture is pure blue: four times as wide, the surer the larger."""

    taskname = "detection"
    session = Session()

    def prepare(self, ctx_id: int, **kwargs: object) -> None:
        assert ctx_id == -1
        assert kwargs["input_size"] == (640, 640)
        self.threshold = kwargs["det_thresh"]

    def found(self, img: Image) -> list[NDArray[np.int32]]:
        blue = ((img[:, :, 0] > 200) & (img[:, :, 1] < 50)).astype(np.uint8)
        _, _, stats, _ = cv2.connectedComponentsWithStats(blue)
        return [row for row in stats[1:] if score(row) > self.threshold]

    def detect(self, img: Image, *, max_num: int, metric: str) -> tuple[Floats, Floats | None]:
        assert (max_num, metric) == (0, "default")
        rows = [
            [x - 1.5 * w, y - 2 * h, x + 2.5 * w, y + 3 * h, score((x, y, w, h, area))]
            for x, y, w, h, area in self.found(img)
        ]
        return np.array(rows, np.float32).reshape(len(rows), 5), None


class Points(Boxes):
    """The same, with five points."""

    def detect(self, img: Image, *, max_num: int, metric: str) -> tuple[Floats, Floats | None]:
        rows, _ = super().detect(img, max_num=max_num, metric=metric)
        five = [np.array([x, y]) + np.array(FIVE) * [w, h] for x, y, w, h, _ in self.found(img)]
        return rows, np.array(five, np.float32).reshape(len(rows), 5, 2)


class Recognition:
    """Tells the mean colours of 4 x 4 parts, red first; the rest of its 512 numbers are 0."""

    taskname = "recognition"
    output_shape = (1, 512)

    def prepare(self, ctx_id: int) -> None:
        assert ctx_id == -1

    def get_feat(self, imgs: Image) -> Floats:
        assert imgs.shape == (112, 112, 3)
        parts = cv2.resize(imgs[:, :, ::-1], (4, 4), interpolation=cv2.INTER_AREA)
        vector = np.zeros((1, 512), np.float32)
        vector[0, :48] = (parts.astype(np.float32).ravel() - 127.5) / 127.5
        return vector


def score(row: Any) -> float:  # noqa: ANN401 - a row of OpenCV's statistics
    """Return how sure such a detector is of a place."""
    return min(1.0, 0.5 + float(row[4]) / 1000)


def get_model(name: str, *, providers: list[str]) -> Boxes | Recognition | None:
    """Return what the content of a file says."""
    assert providers[-1] == "CPUExecutionProvider"
    content = Path(name).read_text()
    if content == "broken":
        raise RuntimeError("Protobuf parsing failed.")
    return {"det": Points(), "boxes": Boxes(), "rec": Recognition()}.get(content)


def norm_crop(img: Image, landmark: Floats, image_size: int) -> Image:
    """Set a face upright, on the template that everybody shares."""
    assert (landmark.shape, landmark.dtype) == ((5, 2), np.float32)
    matrix, _ = cv2.estimateAffinePartial2D(landmark, TEMPLATE, method=cv2.LMEDS)
    return cv2.warpAffine(img, matrix, (image_size, image_size), borderValue=0.0)
