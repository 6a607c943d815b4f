"""
dlib's face recognition network, as a graph for ONNX Runtime.

The wheels of dlib are built without a BLAS: a face takes them 75 ms, this graph 4 on the same core, and
the vectors are the same to single precision. The layers are those of `anet_type` in dlib's
tools/python/src/face_recognition.cpp: He, Zhang, Ren, Sun, "Deep Residual Learning for Image
Recognition", CVPR 2016, with 29 convolutions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from swaddle.kernel.geometry import Floats

from .weights import StoredNetwork

WIDTH: Final = 128
"""Numbers for a face."""

CHIP_SIDE: Final = 150
"""Pixels of the picture that it was trained on."""

PICTURES: Final = "pictures"
VECTORS: Final = "vectors"

LEVELS: Final = ((64, 3), (128, 2), (256, 2), (256, 0))
"""After three blocks of 32 channels: the channels of a level, and its blocks behind the one that
halves the picture."""

FIRST: Final = 32
BLOCKS: Final = 3

OPSET: Final = 17
IR_VERSION: Final = 8
"""Of the ONNX format: the oldest that has this opset."""


def graph_of(content: bytes) -> bytes:
    """
    Return the ONNX graph of a file of dlib's: (n, 3, 150, 150), RGB as dlib scales it, to (n, 128).

    Raises ValueError where the file holds no network with these layers.
    """
    drawing = _Drawing(StoredNetwork(content))
    drawing.draw()
    shape: tuple[str | int, ...] = ("n", 3, CHIP_SIDE, CHIP_SIDE)
    graph = helper.make_graph(
        drawing.nodes,
        "dlib_face_recognition_resnet_model_v1",
        [helper.make_tensor_value_info(PICTURES, TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(VECTORS, TensorProto.FLOAT, ["n", WIDTH])],
        drawing.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    written: bytes = model.SerializeToString()
    return written


@dataclass(frozen=True, slots=True)
class _Plane:
    """What a layer gives: the name of the value, its channels, and pixels on each side."""

    name: str
    channels: int
    side: int


@dataclass(slots=True)
class _Drawing:
    """Draws the layers in the order in which their parameters are stored."""

    stored: StoredNetwork
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def draw(self) -> None:
        plane = self._convolved(_Plane(PICTURES, 3, CHIP_SIDE), FIRST, kernel=7, stride=2)
        plane = self._pooled("MaxPool", self._rectified(plane), kernel=3)
        for _ in range(BLOCKS):
            plane = self._block(plane, plane.channels, stride=1)
        for channels, more in LEVELS:
            plane = self._block(plane, channels, stride=2)
            for _ in range(more):
                plane = self._block(plane, channels, stride=1)
        self._vectors(plane)
        self.stored.require_end("con_")

    def _block(self, plane: _Plane, channels: int, stride: int) -> _Plane:
        """Two convolutions, added to what they were made of: where they halve it, to its average."""
        first = self._rectified(self._convolved(plane, channels, kernel=3, stride=stride))
        second = self._convolved(first, channels, kernel=3, stride=1)
        past = plane if stride == 1 else self._pooled("AveragePool", plane, kernel=2)
        return self._rectified(self._added(past, second))

    def _convolved(self, plane: _Plane, channels: int, *, kernel: int, stride: int) -> _Plane:
        """A convolution, and the affine layer behind it, in one."""
        shape = channels, plane.channels, kernel, kernel
        weights = int(np.prod(shape))
        values = self.stored.parameters("con_4", (weights + channels,))
        scale, shift = self.stored.parameters("affine_", (2, channels))
        filters = values[:weights].reshape(shape) * scale[:, None, None, None]
        bias = values[weights:] * scale + shift
        # dlib pads where the picture keeps its size.
        pad = kernel // 2 if stride == 1 else 0
        name = self._node(
            "Conv",
            plane.name,
            self._constant(filters),
            self._constant(bias),
            strides=[stride] * 2,
            pads=[pad] * 4,
        )
        return _Plane(name, channels, (plane.side + 2 * pad - kernel) // stride + 1)

    def _pooled(self, kind: str, plane: _Plane, *, kernel: int) -> _Plane:
        name = self._node(kind, plane.name, kernel_shape=[kernel] * 2, strides=[2, 2])
        return _Plane(name, plane.channels, (plane.side - kernel) // 2 + 1)

    def _rectified(self, plane: _Plane) -> _Plane:
        return _Plane(self._node("Relu", plane.name), plane.channels, plane.side)

    def _added(self, one: _Plane, other: _Plane) -> _Plane:
        """The sum; what one of them lacks in channels or pixels is nothing, as `add_prev` has it."""
        channels, side = max(one.channels, other.channels), max(one.side, other.side)
        names = [self._padded(plane, channels, side) for plane in (one, other)]
        return _Plane(self._node("Add", *names), channels, side)

    def _padded(self, plane: _Plane, channels: int, side: int) -> str:
        lacking = channels - plane.channels, side - plane.side
        if not any(lacking):
            return plane.name
        ends = np.array([0, 0, 0, 0, 0, lacking[0], lacking[1], lacking[1]], np.int64)
        return self._node("Pad", plane.name, self._constant(ends))

    def _vectors(self, plane: _Plane) -> None:
        average = self._node("Flatten", self._node("GlobalAveragePool", plane.name))
        weights = self.stored.parameters("fc_2", (plane.channels, WIDTH), before=2)
        names = [average, self._constant(weights)]
        self.nodes.append(helper.make_node("MatMul", names, [VECTORS]))

    def _node(self, kind: str, *inputs: str, **attributes: Sequence[int]) -> str:
        name = f"{kind}_{len(self.nodes)}"
        node = helper.make_node(kind, list(inputs), [name])
        node.attribute.extend(helper.make_attribute(*pair) for pair in sorted(attributes.items()))
        self.nodes.append(node)
        return name

    def _constant(self, value: Floats | NDArray[np.int64]) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name
