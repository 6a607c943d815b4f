"""
CenterFace: a face as a peak in a heat map, with size, offset and five points.

Xu, Yan, Yang et al., "CenterFace: Joint Face Detection and Alignment Using Face as Point",
Scientific Programming 2020. The decoding follows the authors' demo code (MIT).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from swaddle.kernel.errors import ModelMissing
from swaddle.kernel.faces import Detection
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Box, Floats

from .batching import Batching, out_of_memory

STRIDE: Final = 4
"""Pixels of the input for one cell of the heat map."""

MULTIPLE: Final = 32
"""The network halves its input five times."""

THRESHOLD: Final = 0.35
"""Peak of the heat map from which there is a face: the authors' demo code has the same."""

OVERLAP: Final = 0.3
"""Non-maximum suppression, as in the authors' code."""


@dataclass(frozen=True, slots=True)
class OnnxFaceDetector:
    """Runs CenterFace on the CPU."""

    model: Path
    threshold: float = THRESHOLD
    threads: int = 1
    name: str = "centerface"
    batching: Batching = field(default_factory=lambda: Batching(1), compare=False)
    """How many pictures of one size go through the model at once."""
    session: Any = field(default=None, repr=False, compare=False)
    """Of another detector with the same model, which is not loaded again then."""

    def __post_init__(self) -> None:
        if self.session is None:
            session = _open(self.model, self.threads, self.batching.size)
            object.__setattr__(self, "session", session)

    def detect(self, image: Image) -> tuple[Detection, ...]:
        """Return the faces of a BGR picture, best score first."""
        return self._run([image])[0]

    def detect_each(self, images: Sequence[Image]) -> Sequence[tuple[Detection, ...]]:
        """Take pictures of one size together."""
        found: dict[int, tuple[Detection, ...]] = {}
        shapes = [image.shape for image in images]
        for shape in dict.fromkeys(shapes):
            numbers = [n for n, other in enumerate(shapes) if other == shape]
            faces = self.batching.run([images[n] for n in numbers], self._run)
            found |= zip(numbers, faces, strict=True)
        return [found[number] for number in range(len(images))]

    def _run(self, images: Sequence[Image]) -> Sequence[tuple[Detection, ...]]:
        height, width = images[0].shape[:2]
        size = _multiple(width), _multiple(height)
        planes = np.stack([_planes(image, size) for image in images])
        with out_of_memory():
            outputs = self.session.run(None, {"input.1": planes})
        found = [
            _decode(heat[0], extent, offset, points, self.threshold)
            for heat, extent, offset, points in zip(*outputs, strict=True)
        ]
        return [_scaled(rows, width / size[0], height / size[1]) for rows in found]


def _planes(image: Image, size: tuple[int, int]) -> NDArray[np.float32]:
    """Return what the network takes: RGB in 0..255, planes first."""
    resized = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(resized[:, :, ::-1].transpose(2, 0, 1), np.float32)


def _open(model: Path, threads: int, batch: int) -> Any:  # noqa: ANN401 - onnxruntime has no types
    """Load the model, letting go of the fixed input size (10 x 3 x 32 x 32) in its file."""
    try:
        graph = onnx.load(model)
    except FileNotFoundError as error:
        raise ModelMissing(f"The model {model.name} is not there.") from error
    weights = {tensor.name for tensor in graph.graph.initializer}
    inputs = [value for value in graph.graph.input if value.name not in weights]
    # Weights listed as inputs could be overridden, so the runtime would not fold them.
    del graph.graph.input[:]
    graph.graph.input.extend(inputs)
    del graph.graph.value_info[:]
    for value in (*graph.graph.input, *graph.graph.output):
        first, _, *sides = value.type.tensor_type.shape.dim
        if batch > 1:
            first.dim_param = "batch"
        else:
            first.dim_value = 1
        for index, side in enumerate(sides):
            side.dim_param = f"{value.name}_{index}"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # The arena would keep the most that any size of picture ever needed.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(
        graph.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def _multiple(length: int) -> int:
    return max(1, -(-length // MULTIPLE)) * MULTIPLE


def _decode(
    heat: Floats, extent: Floats, offset: Floats, points: Floats, threshold: float
) -> NDArray[np.float32]:
    """Return rows of x0, y0, x1, y1, score and five points, after suppression."""
    rows, columns = np.nonzero(heat > threshold)
    scores = heat[rows, columns]
    high, wide = np.exp(extent[:, rows, columns]) * STRIDE
    shift_y, shift_x = offset[:, rows, columns]
    left = np.maximum(0, (columns + shift_x + 0.5) * STRIDE - wide / 2)
    top = np.maximum(0, (rows + shift_y + 0.5) * STRIDE - high / 2)
    marks = points[:, rows, columns]
    xs, ys = left + marks[1::2] * wide, top + marks[0::2] * high
    five = np.stack([xs, ys], axis=1).transpose(2, 0, 1).reshape(len(scores), 10)
    found = np.column_stack([left, top, left + wide, top + high, scores, five])
    keep = cv2.dnn.NMSBoxes(
        np.column_stack([left, top, wide, high]).tolist(), scores.tolist(), threshold, OVERLAP
    )
    return found[np.asarray(keep, np.int64).reshape(-1)].astype(np.float32)


def _scaled(found: NDArray[np.float32], fx: float, fy: float) -> tuple[Detection, ...]:
    detections = []
    for row in found:
        x0, y0, x1, y1 = (row[:4] * [fx, fy, fx, fy]).tolist()
        # CenterFace names the points as they lie in an upright picture: left eye first.
        points = (row[5:].reshape(5, 2) * [fx, fy]).astype(np.float32)
        detections.append(Detection(Box(x0, y0, x1, y1), float(row[4]), points))
    return tuple(sorted(detections, key=lambda d: -d.score))
