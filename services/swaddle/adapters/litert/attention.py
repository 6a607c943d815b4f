"""
MediaPipe's attention mesh: lips, lids, brows and irises as a closer look shows them.

Grishchenko et al., "Attention Mesh: High-fidelity Face Mesh Prediction in Real-time", 2020. A first
network makes features of the whole picture and a coarse mesh; three more look at the features around
the lips and each eye. LiteRT lacks the operators in between (mediapipe/util/tflite/operations), so
the four networks are run as four, and what lies between is computed here.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from swaddle.kernel.errors import ModelMissing
from swaddle.kernel.faces import MESH_POINTS
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats
from swaddle.kernel.numbers import require_numbers

from .interpreter import LitertModel, LitertNetwork, require_file, sigmoid
from .subgraphs import StoredGraph

PICTURE: Final = "input_1"
FEATURES: Final = "p_re_lu_3"
COARSE: Final = "output_mesh"
PRESENCE: Final = "conv_faceflag"

FEATURE_SIZE: Final = 4
"""Pixels of the picture for one of the features: what the file multiplies points and shifts by."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the face that is looked at closely, by its tensors' names."""

    place: str
    """The matrix that says where it is."""
    view: str
    """The features there."""
    points: str
    iris: str | None = None


LIPS: Final = Part("landmarks_to_transform_matrix_v2", "transform_tensor_bilinear_v2", "conv_lips")
LEFT: Final = Part(
    *("landmarks_to_transform_matrix_v2_1", "transform_tensor_bilinear_v2_1"),
    *("conv_left_eye", "conv_left_iris"),
)
RIGHT: Final = Part(
    *("landmarks_to_transform_matrix_v2_2", "transform_tensor_bilinear_v2_2"),
    *("conv_right_eye", "conv_right_iris"),
)


class AttentionMesh:
    """Runs the four networks on the CPU. Not safe for threads."""

    def __init__(self, model: Path, threads: int = 1) -> None:
        content = require_file(model).read_bytes()
        try:
            graph = StoredGraph.of(content)
            whole = graph.cut([PICTURE], [FEATURES, COARSE, PRESENCE])
            self._parts = [_ClosePart(graph, of, threads) for of in (LIPS, LEFT, RIGHT)]
        except (ValueError, IndexError, struct.error) as error:
            raise ModelMissing(
                f"The model {model.name} is not the attention mesh; fetch it again."
            ) from error
        self._whole = LitertModel(whole, threads)
        self.side = self._whole.side
        """Pixels on each side of the picture it takes."""

    def __call__(self, image: Image) -> tuple[Floats, Floats, float]:
        """
        Return the points (468, 2), the irises (2, 5, 2), and how sure it is of a face: 0 to 1.

        Both in pixels of the picture; of an iris centre, right, top, left, bottom. `image`: BGR,
        (side, side, 3). Raises ModelFailed where something is no number.
        """
        seen = self._whole(image)
        require_numbers("The attention mesh", *seen.values())
        points = seen[COARSE].reshape(MESH_POINTS, 3)[:, :2]
        found = [one.look(seen[FEATURES], points) for one in self._parts]
        closer = points.copy()
        for one, (near, _) in zip(self._parts, found, strict=True):
            closer[one.indices] = near
        irises = np.stack([iris for _, iris in found if iris is not None])
        require_numbers("The attention mesh", closer, irises)
        return closer, irises, float(sigmoid(seen[PRESENCE]).reshape(-1)[0])


class _ClosePart:
    def __init__(self, graph: StoredGraph, names: Part, threads: int) -> None:
        ends = [names.points] if names.iris is None else [names.points, names.iris]
        self._names = names
        self._network = LitertNetwork(graph.cut([names.view], ends), threads)
        self._told = graph.options(names.place)
        self.indices: list[int] = self._told["subset_idxs"]

    def look(self, features: Floats, points: Floats) -> tuple[Floats, Floats | None]:
        """Return the points of the part, and its iris, in pixels of the picture."""
        where = place(points / FEATURE_SIZE, self._told)
        seen = self._network(view(features, where, self._network.shape))
        near = _placed(seen[self._names.points], where)
        iris = self._names.iris
        return near, None if iris is None else _placed(seen[iris], where)


def place(points: Floats, told: Mapping[str, Any]) -> Floats:
    """
    Return the matrix (2, 3) from a view of a part to the features (Landmarks2TransformMatrix).

    The box of the part's points, turned so that two of them are level, and enlarged.
    """
    x, y = points[told["right_rotation_idx"]] - points[told["left_rotation_idx"]]
    angle = np.arctan2(y, x) - told["target_rotation_radians"]
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, -s], [s, c]])
    level = points[told["subset_idxs"]] @ turn
    low, high = level.min(axis=0), level.max(axis=0)
    size = np.array([told["output_width"], told["output_height"]])
    scale = (high - low) * [told["scale_x"], told["scale_y"]] / size
    linear = turn * scale
    shift = turn @ ((low + high) / 2) - linear @ (size / 2)
    return np.column_stack([linear, shift])


def view(features: Floats, where: Floats, shape: tuple[int, ...]) -> Floats:
    """Sample the features of a part, zero outside (TransformTensorBilinear, version 2)."""
    rows, columns = _centres(shape[0], shape[1])
    x, y = (row[0] * columns + row[1] * rows + row[2] - 0.5 for row in where)
    right, below = features.shape[1] - 1, features.shape[0] - 1
    # In full precision: OpenCV's `remap` rounds to a 32nd of a feature, an eighth of a pixel.
    x0 = np.clip(np.floor(x), 0, right - 1).astype(int)
    y0 = np.clip(np.floor(y), 0, below - 1).astype(int)
    u, v = ((x - x0)[:, None], (y - y0)[:, None])
    above = (1 - u) * features[y0, x0] + u * features[y0, x0 + 1]
    under = (1 - u) * features[y0 + 1, x0] + u * features[y0 + 1, x0 + 1]
    inside = (x >= 0) & (x <= right) & (y >= 0) & (y <= below)
    seen = ((1 - v) * above + v * under) * inside[:, None]
    return seen.reshape(shape).astype(np.float32)


@cache
def _centres(height: int, width: int) -> Floats:
    """Return the centres of a view's cells: rows, columns, (2, n)."""
    return np.mgrid[:height, :width].reshape(2, -1) + 0.5


def _placed(points: Floats, where: Floats) -> Floats:
    """Return points of a part in pixels of the picture (TransformLandmarks)."""
    flat = points.reshape(-1, 2)
    # A network tells where a point is in pixels of the picture, from the view's corner on.
    return (flat @ where[:, :2].T + FEATURE_SIZE * where[:, 2]).astype(np.float32)
