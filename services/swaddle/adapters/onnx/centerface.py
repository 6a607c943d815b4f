"""
CenterFace: a face as a peak in a heat map, with size, offset and five points.

Xu, Yan, Yang et al., "CenterFace: Joint Face Detection and Alignment Using Face as Point",
Scientific Programming 2020. The decoding follows the authors' demo code (MIT).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from swaddle.kernel.geometry import Floats

from .detecting import Candidates, DetectorFamily, Size, red_first
from .graphs import loaded

THRESHOLD: Final = 0.35
"""Peak of the heat map from which there is a face: the authors' demo code has the same."""

STRIDE: Final = 4
"""Pixels of the input for one cell of the heat map."""

DIMENSIONS: Final = 4
"""Of its input and of each of its outputs."""


def freed(model: Path, batch: int) -> bytes:
    """
    Return the model without the fixed input size (10 x 3 x 32 x 32) in its file.

    Raises ModelMissing where there is no such file, or another.
    """
    graph = loaded(model)
    weights = {tensor.name for tensor in graph.graph.initializer}
    inputs = [value for value in graph.graph.input if value.name not in weights]
    # Weights listed as inputs could be overridden, so the runtime would not fold them.
    del graph.graph.input[:]
    graph.graph.input.extend(inputs)
    del graph.graph.value_info[:]
    for value in (*graph.graph.input, *graph.graph.output):
        dimensions = value.type.tensor_type.shape.dim
        if len(dimensions) != DIMENSIONS:
            continue
        first, _, *sides = dimensions
        if batch > 1:
            first.dim_param = "batch"
        else:
            first.dim_value = 1
        for index, side in enumerate(sides):
            side.dim_param = f"{value.name}_{index}"
    content: bytes = graph.SerializeToString()
    return content


def decode(outputs: Sequence[Floats], size: Size, threshold: float) -> Candidates:
    """Return the peaks of the heat map with the extent, offset and points that belong to them."""
    del size
    (heat,), extent, offset, points = outputs
    rows, columns = np.nonzero(heat > threshold)
    scores = heat[rows, columns]
    high, wide = np.exp(extent[:, rows, columns]) * STRIDE
    shift_y, shift_x = offset[:, rows, columns]
    left = np.maximum(0, (columns + shift_x + 0.5) * STRIDE - wide / 2)
    top = np.maximum(0, (rows + shift_y + 0.5) * STRIDE - high / 2)
    marks = points[:, rows, columns]
    # CenterFace names the points as they lie in an upright picture: left eye first.
    xs, ys = left + marks[1::2] * wide, top + marks[0::2] * high
    five = np.stack([xs, ys], axis=1).transpose(2, 0, 1)
    boxes = np.column_stack([left, top, left + wide, top + high])
    return Candidates(boxes.astype(np.float32), scores, five.astype(np.float32))


CENTERFACE: Final = DetectorFamily(
    name="centerface",
    threshold=THRESHOLD,
    overlap=0.3,
    multiple=32,
    outputs=((1, None, None), (2, None, None), (2, None, None), (10, None, None)),
    planes=red_first,
    decode=decode,
    stretched=True,
)
"""Score: the authors' demo; overlap: their code. The network halves its input five times."""
