"""
ONNX files with the signatures of the families of detectors, and a behaviour that is known.

They see a face at each cell of an output that is bright all over in one colour: blue at the
finest scale, green at the middle one, red at the coarsest. So a square says where a face is, and
how large.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, helper

from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Box
from tests.made.graphs import Dimensions, written

STRIDES = (8, 16, 32)

# In units of the stride, from the upper left corner of the cell.
REACH = (1.5, 2.0, 2.5, 3.0)
"""How far the face reaches to the left, up, to the right and down."""
FIVE = ((-0.5, -0.75), (1.5, -0.5), (0.25, 0.5), (-0.25, 1.5), (1.25, 1.75))
MIDDLE = (0.5, 0.5)
SIDES = (4.0, 5.0)


@dataclass(frozen=True)
class Marked:
    """A square that stands for a face."""

    level: int
    """Of the scale, and of the colour: blue, green, red."""
    column: int
    row: int

    def face(self, stride: int, scale: float = 1.0) -> tuple[Box, NDArray[np.float64]]:
        """Return box and points that belong to it."""
        corner = np.array([self.column, self.row]) * stride
        low, high = corner - np.array(REACH[:2]) * stride, corner + np.array(REACH[2:]) * stride
        points = (corner + np.array(FIVE) * stride) * scale
        return Box(*(np.concatenate([low, high]) * scale).tolist()), points


def picture(
    size: tuple[int, int], marks: Sequence[Marked], strides: tuple[int, ...] = STRIDES
) -> Image:
    """Return a black picture of (width, height) with some squares."""
    image = np.zeros((size[1], size[0], 3), np.uint8)
    for mark in marks:
        side = strides[mark.level]
        left, top = mark.column * side, mark.row * side
        image[top : top + side, left : left + side, mark.level] = 255
    return image


@dataclass
class Graph:
    """Under construction."""

    nodes: list[NodeProto] = field(default_factory=list)
    constants: dict[str, NDArray] = field(default_factory=dict)

    def constant(self, values: object, dtype: type = np.float32) -> str:
        """Add one; return its name."""
        name = f"constant_{len(self.constants)}"
        self.constants[name] = np.asarray(values, dtype)
        return name

    def node(self, kind: str, *inputs: str, output: str = "", **attributes: object) -> str:
        """Add one; return the name of its output."""
        name = output or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def saved(
        self,
        path: Path,
        entry: tuple[str, Dimensions],
        outputs: Sequence[tuple[str, Dimensions]],
    ) -> Path:
        """Write the file."""
        return written(path, self.nodes, dict([entry]), dict(outputs), self.constants)

    def brightness(self, entry: str, plane: int, stride: int, white: float, black: float) -> str:
        """Add how bright each cell is in one plane: 0..1, as rows of one number."""
        bounds = [self.constant([at], np.int64) for at in (plane, plane + 1, 1)]
        chosen = self.node("Slice", entry, *bounds)
        pooled = self.node(
            "AveragePool", chosen, kernel_shape=[stride, stride], strides=[stride, stride]
        )
        rows = self.node("Reshape", pooled, self.constant([0, -1, 1], np.int64))
        low, span = self.constant(black), self.constant(white - black)
        return self.node("Div", self.node("Sub", rows, low), span)

    def spread(self, scores: str, values: object, output: str = "") -> str:
        """Add the same numbers for each row: (n, rows, len(values))."""
        none = self.node("Mul", scores, self.constant(0.0))
        return self.node("Add", none, self.constant(values), output=output)

    def first_of_two(self, rows: str, output: str = "") -> str:
        """Add a row of zeros after each row."""
        none = self.node("Mul", rows, self.constant(0.0))
        pairs = self.node("Concat", rows, none, axis=2)
        return self.node("Reshape", pairs, self.constant([0, -1, 1], np.int64), output=output)


def scrfd(
    path: Path, *, side: int | str = "side", batch: int | str = "batch", flat: bool = False
) -> Path:
    """Write an SCRFD; `flat`: without a dimension for the picture, as InsightFace's packs."""
    graph, names = Graph(), []
    kinds: tuple[list[str], ...] = ([], [], [])
    for level, stride in enumerate(STRIDES):
        bright = graph.brightness("input.1", 2 - level, stride, 127.5 / 128, -127.5 / 128)
        scores = graph.first_of_two(bright)
        reach, points = (graph.spread(scores, v) for v in (REACH, np.ravel(FIVE)))
        for kind, rows, width in zip(kinds, (scores, reach, points), (1, 4, 10), strict=True):
            shape = [-1, width] if flat else [0, -1, width]
            kind.append(graph.node("Reshape", rows, graph.constant(shape, np.int64)))
    first = [] if flat else [batch]
    for kind, width in zip(kinds, (1, 4, 10), strict=True):
        names += [(name, [*first, f"rows_{name}", width]) for name in kind]
    return graph.saved(path, ("input.1", [1 if flat else batch, 3, side, side]), names)


def yunet(path: Path, *, side: int | str = 64, batch: int | str = 1) -> Path:
    """Write a YuNet, its outputs in the order of the file of OpenCV Zoo backwards."""
    graph, outputs = Graph(), []
    for level, stride in enumerate(STRIDES):
        bright = graph.brightness("input", level, stride, 255, 0)
        graph.node("Identity", bright, output=f"cls_{stride}")
        graph.node("Identity", bright, output=f"obj_{stride}")
        graph.spread(bright, [*MIDDLE, *np.log(SIDES)], f"bbox_{stride}")
        graph.spread(bright, np.ravel(FIVE), f"kps_{stride}")
        outputs += [
            (f"{kind}_{stride}", [batch, f"rows_{stride}", width])
            for kind, width in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10))
        ]
    return graph.saved(path, ("input", [batch, 3, side, side]), outputs[::-1])


def retinaface(path: Path, *, side: int | str = "side", batch: int | str = 1) -> Path:
    """Write a RetinaFace with priors, which sees faces in the smaller one of each cell."""
    graph, parts = Graph(), []
    for level, (stride, prior) in enumerate(zip(STRIDES, (16, 64, 256), strict=True)):
        mean = (104, 117, 123)[level]
        bright = graph.brightness("input", level, stride, 255 - mean, -mean)
        scores = graph.first_of_two(bright)
        none = graph.node("Sub", graph.constant(1.0), scores)
        sides = np.log(np.array(SIDES) * stride / prior) / 0.2
        points = (np.array(FIVE) - 0.5) * stride / (0.1 * prior)
        parts.append(
            (
                graph.spread(scores, [0, 0, *sides]),
                graph.node("Concat", none, scores, axis=2),
                graph.spread(scores, points.ravel()),
            )
        )
    outputs: list[tuple[str, list[int | str]]] = []
    for kind, width in enumerate((4, 2, 10)):
        name = graph.node("Concat", *(part[kind] for part in parts), axis=1)
        outputs.append((name, [batch, "priors", width]))
    return graph.saved(path, ("input", [batch, 3, side, side]), outputs)


def yoloface(path: Path, *, side: int = 64, batch: int | str = "batch") -> Path:
    """Write a YOLO-face; it tells places in pixels, so its input has one size."""
    graph, parts = Graph(), []
    for level, stride in enumerate(STRIDES):
        bright = graph.brightness("images", 2 - level, stride, 1, 0)
        cells = side // stride
        corners = np.stack(np.meshgrid(range(cells), range(cells)), -1).reshape(-1, 2) * stride
        centres = corners + np.array(MIDDLE) * stride
        boxes = np.column_stack([centres, np.tile(np.array(SIDES) * stride, (len(centres), 1))])
        places = corners[:, None] + np.array(FIVE) * stride
        seen = np.ones((*places.shape[:2], 1))
        points = np.concatenate([places, seen], axis=2).reshape(-1, 15)
        before, after = (graph.spread(bright, rows) for rows in (boxes, points))
        parts.append(graph.node("Concat", before, bright, after, axis=2))
    rows = graph.node("Concat", *parts, axis=1)
    graph.node("Transpose", rows, output="output0", perm=[0, 2, 1])
    return graph.saved(
        path, ("images", [batch, 3, side, side]), [("output0", [batch, 20, "guesses"])]
    )


def centerface(path: Path) -> Path:
    """Write a CenterFace, with the fixed size of its file: it has one scale, and looks at blue."""
    graph, stride = Graph(), 4
    bounds = [graph.constant([at], np.int64) for at in (2, 3, 1)]
    blue = graph.node("Slice", "input.1", *bounds)
    pooled = graph.node("AveragePool", blue, kernel_shape=[stride] * 2, strides=[stride] * 2)
    heat = graph.node("Div", pooled, graph.constant(255.0))
    inside = (np.array(FIVE) + np.array(REACH[:2])) / np.array(SIDES)
    values = (np.log(SIDES[::-1]), (0.0, 0.0), inside[:, ::-1].ravel())
    rest = [graph.spread(heat, np.reshape(v, (1, -1, 1, 1))) for v in values]
    outputs = zip((heat, *rest), (1, 2, 2, 10), strict=True)
    return graph.saved(
        path, ("input.1", [10, 3, 32, 32]), [(name, [10, w, 8, 8]) for name, w in outputs]
    )
