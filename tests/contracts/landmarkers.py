"""
ONNX files with the signatures of the families of landmarkers, and a behaviour that is known.

They see a face where three discs are: red and green for the eyes, blue for the mouth. Each of their
points is where it is on the canonical face, which is laid through the middles of the discs. Where
no disc is, its middle is that of the picture.
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from swaddle.adapters.onnx.schemes import IBUG_68, INSIGHTFACE_106, WFLW_98, Scheme
from swaddle.kernel.canonical_face import POINTS
from swaddle.kernel.faces import LEFT_EYE, MOUTH_LEFT, MOUTH_RIGHT, RIGHT_EYE
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats
from tests.contracts.detectors import Graph

CANONICAL = np.array(POINTS)
DISCS = np.stack(
    [
        CANONICAL[list(LEFT_EYE), :2].mean(axis=0),
        CANONICAL[list(RIGHT_EYE), :2].mean(axis=0),
        CANONICAL[[MOUTH_LEFT, MOUTH_RIGHT], :2].mean(axis=0),
    ]
)
COLOURS = ((0, 0, 255), (0, 255, 0), (255, 0, 0))
RADIUS = 9


def drawn(mesh: Floats, size: tuple[int, int]) -> Image:
    """Return a black picture of (width, height) with the three discs of a mesh."""
    weights = _weights(DISCS)
    assert np.allclose(weights, np.eye(3), atol=1e-9)
    image = np.zeros((size[1], size[0], 3), np.uint8)
    places = (
        mesh[list(LEFT_EYE), :2].mean(axis=0),
        mesh[list(RIGHT_EYE), :2].mean(axis=0),
        mesh[[MOUTH_LEFT, MOUTH_RIGHT], :2].mean(axis=0),
    )
    scale = float(np.hypot(*(places[1] - places[0]))) / float(np.hypot(*(DISCS[1] - DISCS[0])))
    for place, colour in zip(places, COLOURS, strict=True):
        centre = np.round(place * 256).astype(int).tolist()
        radius = round(RADIUS * scale * 256)
        cv2.circle(image, centre, radius, colour, cv2.FILLED, cv2.LINE_AA, 8)
    return image


def _weights(places: Floats) -> NDArray[np.float64]:
    """Return by which shares of the three discs each place is made up: (n, 3)."""
    own = np.vstack([DISCS.T, np.ones(3)])
    wanted = np.vstack([places.T, np.ones(len(places))])
    return np.asarray(np.linalg.solve(own, wanted).T)


def _places(scheme: Scheme) -> Floats:
    """Return where the points of a scheme are on the canonical face; pupils amid the rims."""
    places = np.tile(CANONICAL[:, :2].mean(axis=0), (scheme.points, 1))
    for point, mesh in zip(scheme.chosen, scheme.mesh, strict=True):
        places[point] = CANONICAL[mesh, :2]
    for point, disc in zip(scheme.pupils, DISCS[:2], strict=False):
        places[point] = disc
    return places


def _seen(graph: Graph, entry: str, side: int, white: float, order: tuple[int, ...]) -> str:
    """Add the middles of the three discs, in 0..1 of the picture: (3, 2)."""
    chosen = graph.node("Gather", entry, graph.constant(order, np.int64), axis=1)
    shown = graph.node("Div", chosen, graph.constant(white))
    bright = graph.node("Relu", graph.node("Sub", shown, graph.constant(0.5)))
    rows = graph.node("Reshape", bright, graph.constant([3, -1], np.int64))
    steps = (np.arange(side) + 0.5) / side
    grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    few = 1e-4
    moments = graph.node("MatMul", rows, graph.constant(grid))
    moments = graph.node("Add", moments, graph.constant(few * 0.5))
    ones = graph.constant(np.ones((side * side, 1)))
    total = graph.node("Add", graph.node("MatMul", rows, ones), graph.constant(few))
    return graph.node("Div", moments, total)


def insightface(path: Path) -> Path:
    """Write a 2d106det."""
    graph = Graph()
    middles = _seen(graph, "data", 192, 255, (0, 1, 2))
    weights = graph.constant(_weights(_places(INSIGHTFACE_106)))
    points = graph.node("MatMul", weights, middles)
    centred = graph.node(
        "Sub", graph.node("Mul", points, graph.constant(2.0)), graph.constant(1.0)
    )
    graph.node("Reshape", centred, graph.constant([1, 212], np.int64), output="fc1")
    return graph.saved(path, ("data", [1, 3, 192, 192]), [("fc1", [1, 212])])


def spiga(path: Path) -> Path:
    """Write a SPIGA for WFLW."""
    graph = Graph()
    middles = _seen(graph, "image", 256, 1, (2, 1, 0))
    weights = graph.constant(_weights(_places(WFLW_98)))
    points = graph.node("MatMul", weights, middles)
    graph.node("Reshape", points, graph.constant([1, 98, 2], np.int64), output="landmarks")
    return graph.saved(path, ("image", [1, 3, 256, 256]), [("landmarks", [1, 98, 2])])


def fan(path: Path) -> Path:
    """Write a 2DFAN-4 as FaceFusion has it: points first, heat maps last."""
    graph = Graph()
    middles = _seen(graph, "input", 256, 1, (0, 1, 2))
    points = graph.node("MatMul", graph.constant(_weights(_places(IBUG_68))), middles)
    steps = (np.arange(64) + 0.5) / 64
    squares = []
    for axis, shape in ((0, (1, 1, 64)), (1, (1, 64, 1))):
        place = graph.node("Gather", points, graph.constant([axis], np.int64), axis=1)
        place = graph.node("Reshape", place, graph.constant([68, 1, 1], np.int64))
        apart = graph.node("Sub", graph.constant(steps.reshape(shape)), place)
        squares.append(graph.node("Mul", apart, apart))
    width = graph.constant(-0.5 * 32**2)
    heat = graph.node("Exp", graph.node("Mul", graph.node("Add", *squares), width))
    # Nothing is seen where nothing is bright.
    most = graph.node("ReduceMax", "input", keepdims=0)
    heat = graph.node("Mul", heat, graph.node("Clip", most, "", graph.constant(1.0)))
    graph.node("Reshape", heat, graph.constant([1, 68, 64, 64], np.int64), output="heatmaps")
    third = graph.node("Concat", points, graph.constant(np.ones((68, 1))), axis=1)
    graph.node("Reshape", third, graph.constant([1, 68, 3], np.int64), output="landmarks")
    outputs = [("landmarks", [1, 68, 3]), ("heatmaps", [1, 68, 64, 64])]
    return graph.saved(path, ("input", [1, 3, 256, 256]), outputs)
