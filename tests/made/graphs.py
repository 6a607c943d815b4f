"""ONNX files of a few nodes, with the names, shapes and types of large ones."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 9

Dimensions = Sequence[int | str]
Constants = Mapping[str, NDArray]


def node(kind: str, inputs: str, output: str, **attributes: object) -> NodeProto:
    """Return a node; `inputs` are names with blanks between them."""
    return helper.make_node(kind, inputs.split(), [output], **attributes)


def written(
    path: Path,
    nodes: Sequence[NodeProto],
    inputs: Mapping[str, Dimensions],
    outputs: Mapping[str, Dimensions],
    constants: Constants | None = None,
    kind: int = TensorProto.FLOAT,
) -> Path:
    """Write a graph; the last constant is the last initializer."""
    graph = helper.make_graph(
        list(nodes),
        path.stem,
        [helper.make_tensor_value_info(name, kind, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, kind, shape) for name, shape in outputs.items()],
        [numpy_helper.from_array(value, name) for name, value in (constants or {}).items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return path


def numbers(*values: float) -> NDArray[np.float32]:
    return np.array(values, np.float32)
