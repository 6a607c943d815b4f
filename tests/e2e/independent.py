"""
Faces as SCRFD and YuNet see them: neither takes part in swaddle.

They look at several sizes and in four rotations, some hundred times at one clip, and so are taken
at their word only from where they make no mistakes on the clips: YuNet from its own default of 0.9
on, SCRFD above the 0.60 that it gives hands on the newborn's belly (backs of heads reach 0.50).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Box

SIDES = (320, 640, 1024)
SCORES = {"scrfd": 0.65, "yunet": 0.9}
OVERLAP = 0.4
STRIDES = (8, 16, 32)
ANCHORS = 2
INPUT = 640
"""Side of the picture that this SCRFD takes."""
OVERLAPPING = 160
TURNS = (None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)


@dataclass(frozen=True)
class Seen:
    """A face that one of them sees."""

    detector: str
    box: Box
    score: float


@dataclass(frozen=True)
class IndependentLook:
    """Both detectors."""

    folder: Path
    _loaded: dict[str, Any] = field(default_factory=dict)

    def faces(self, picture: Image) -> Iterator[Seen]:
        """Yield every face in a picture, in its pixels; the same face many times."""
        height, width = picture.shape[:2]
        for side in SIDES:
            scale = side / max(width, height)
            size = max(32, round(width * scale)), max(32, round(height * scale))
            small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
            for number, turn in enumerate(TURNS):
                turned = small if turn is None else cv2.rotate(small, turn)
                for name, look in (("scrfd", self._scrfd), ("yunet", self._yunet)):
                    for box, score in look(turned):
                        upright = _back(box, number, size)
                        yield Seen(
                            name, _scaled(upright, width / size[0], height / size[1]), score
                        )

    def _scrfd(self, picture: Image) -> Iterator[tuple[Box, float]]:
        if "scrfd" not in self._loaded:
            options = onnxruntime.SessionOptions()
            options.log_severity_level = 3
            options.intra_op_num_threads = 1  # tests run side by side: more would wait, spinning
            self._loaded["scrfd"] = onnxruntime.InferenceSession(
                str(self.folder / "scrfd_2.5g_kps.onnx"), options, ["CPUExecutionProvider"]
            )
        for left, top in _tiles(picture.shape[1], picture.shape[0]):
            tile = picture[top : top + INPUT, left : left + INPUT]
            for box, score in _scrfd_on(self._loaded["scrfd"], tile):
                yield Box(box.x0 + left, box.y0 + top, box.x1 + left, box.y1 + top), score

    def _yunet(self, picture: Image) -> Iterator[tuple[Box, float]]:
        if "yunet" not in self._loaded:
            self._loaded["yunet"] = cv2.FaceDetectorYN.create(
                str(self.folder / "yunet_2023mar.onnx"), "", (320, 320), SCORES["yunet"], 0.3
            )
        detector = self._loaded["yunet"]
        detector.setInputSize(picture.shape[1::-1])
        _, found = detector.detect(picture)
        for row in found if found is not None else ():
            x, y, w, h = map(float, row[:4])
            yield Box(x, y, x + w, y + h), float(row[-1])


def _tiles(width: int, height: int) -> Iterator[tuple[int, int]]:
    """Yield the corners of overlapping tiles."""
    for top in range(0, max(1, height - OVERLAPPING), INPUT - OVERLAPPING):
        for left in range(0, max(1, width - OVERLAPPING), INPUT - OVERLAPPING):
            yield left, top


def _scrfd_on(session: onnxruntime.InferenceSession, tile: Image) -> Iterator[tuple[Box, float]]:
    padded = np.zeros((INPUT, INPUT, 3), np.uint8)
    padded[: tile.shape[0], : tile.shape[1]] = tile
    blob = cv2.dnn.blobFromImage(padded, 1 / 128, (INPUT, INPUT), (127.5,) * 3, swapRB=True)
    outputs = session.run(None, {session.get_inputs()[0].name: blob})
    boxes, scores = [], []
    for level, stride in enumerate(STRIDES):
        score = outputs[level].reshape(-1)
        reach = outputs[level + len(STRIDES)].reshape(-1, 4) * stride
        centres = _centres(INPUT // stride, INPUT // stride, stride)
        sure = score >= SCORES["scrfd"]
        boxes.append(
            np.column_stack([centres[sure] - reach[sure, :2], centres[sure] + reach[sure, 2:]])
        )
        scores.append(score[sure])
    yield from _best(np.concatenate(boxes), np.concatenate(scores))


def _centres(columns: int, rows: int, stride: int) -> NDArray[np.float64]:
    grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2)
    return np.repeat(grid * float(stride), ANCHORS, axis=0)


def _best(boxes: NDArray[Any], scores: NDArray[Any]) -> Iterator[tuple[Box, float]]:
    sides = np.column_stack([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]])
    for index in cv2.dnn.NMSBoxes(sides.tolist(), scores.tolist(), SCORES["scrfd"], OVERLAP):
        yield Box(*map(float, boxes[index])), float(scores[index])


def _back(box: Box, turn: int, size: tuple[int, int]) -> Box:
    """Turn a box back that was found in a picture of `size` after so many quarter turns."""
    width, height = size
    corners = (
        (box.x0, box.y0, box.x1, box.y1),
        (box.y0, height - box.x1, box.y1, height - box.x0),
        (width - box.x1, height - box.y1, width - box.x0, height - box.y0),
        (width - box.y1, box.x0, width - box.y0, box.x1),
    )
    return Box(*corners[turn])


def _scaled(box: Box, across: float, down: float) -> Box:
    return Box(box.x0 * across, box.y0 * down, box.x1 * across, box.y1 * down)
