"""ONNX files with the signatures of the families of recognisers, and a behaviour that is known."""

from pathlib import Path

import numpy as np

from tests.contracts.detectors import Graph

SIDE = 112
CELLS = 4
"""Of the grid whose mean colours such a network tells."""


def recogniser(path: Path, width: int, *, batch: int | str = "batch") -> Path:
    """
    Write a network that tells the mean red, green and blue of a picture, then those of 4 x 4 parts.

    The rest of its numbers are 0.
    """
    graph = Graph()
    whole = graph.node("GlobalAveragePool", "input")
    part = SIDE // CELLS
    parts = graph.node("AveragePool", "input", kernel_shape=[part, part], strides=[part, part])
    rows = [
        graph.node("Reshape", name, graph.constant([0, -1], np.int64)) for name in (whole, parts)
    ]
    known = 3 + 3 * CELLS**2
    told = graph.node("Concat", *rows, axis=1)
    room = graph.constant([0, 0, 0, width - known], np.int64)
    vectors = graph.node("Pad", told, room)
    return graph.saved(path, ("input", [batch, 3, SIDE, SIDE]), [(vectors, [batch, width])])
