"""
Face inpainters of two known signatures, with known behaviour instead of weights.

`SEPARATE` is DeepPrivacy2's kind: picture, mask (1 where it is kept), coordinates, a normal latent.
`STACKED` is CIAGAN's: drawn landmarks and the picture in one input, and one of its identities.
"""

from enum import StrEnum
from pathlib import Path

import numpy as np
from onnx import NodeProto

from swaddle.adapters.onnx.face_inpainter import OnnxFaceInpainter
from swaddle.adapters.onnx.inpainter_description import InpainterDescription, read_description
from swaddle.adapters.onnx.running import Runtime
from swaddle.kernel.devices import Device

from .graphs import Constants, Dimensions, node, numbers, written

SEPARATE = """
side = 64
output = "painted"

[inputs]
img = ["picture"]
mask = ["mask"]
keypoints = ["keypoints"]
z = ["latent"]

[keypoints]
kind = "coordinates"
points = [[33, 133], [362, 263], [1], [61], [291]]

[latent]
length = 32
"""

STACKED = """
side = 96
colours = "bgr"
low = 0.0
output = "painted"

[inputs]
condition = ["keypoints", "picture"]
onehot = ["latent"]

[hole]
shape = "outline"
grown = 1.3

[crop]
upright = false

[keypoints]
kind = "drawing"
points = [[33], [133], [362], [263]]
lines = [[0, 1], [2, 3]]

[latent]
kind = "one_hot"
length = 1200
"""

DESCRIPTIONS = {"separate": SEPARATE, "stacked": STACKED}


class Paints(StrEnum):
    """What comes out."""

    PERSON = "person"
    """A colour that the latent stands for."""
    ECHO = "echo"
    """What came in: the picture with its hole."""
    NAN = "nan"


def described(kind: str) -> InpainterDescription:
    return read_description(DESCRIPTIONS[kind], f"{kind}.toml")


def network(folder: Path, kind: str, paints: Paints, batch: int | str = "batch") -> Path:
    """Write a network of a kind."""
    known = described(kind)
    inputs: dict[str, Dimensions] = {
        name: [batch, *(side for side in shape[1:] if side is not None)]
        for name, shape in known.signature.items()
    }
    nodes, constants = _seen(kind)
    more, others = _painted(kind, paints)
    return written(
        folder / f"{kind}_{paints}_{batch}.onnx",
        [*nodes, *more],
        inputs,
        {
            "other": [batch, 3, known.side, known.side],
            "painted": [batch, 3, known.side, known.side],
        },
        {**constants, **others},
    )


def inpainter(
    folder: Path, kind: str, paints: Paints = Paints.PERSON, runtime: Runtime | None = None
) -> OnnxFaceInpainter:
    """Open a network of a kind that was made for it."""
    using = runtime or Runtime(Device.CPU, threads=1, batch=3)
    return OnnxFaceInpainter(network(folder, kind, paints), described(kind), kind, (), using)


def _seen(kind: str) -> tuple[list[NodeProto], Constants]:
    """Return nodes that make `seen` of the picture."""
    if kind == "separate":
        # Every input has a part in the result: what is not needed counts nothing.
        return [
            node("ReduceMean", "keypoints", "pose", axes=[1], keepdims=0),
            node("Mul", "pose nothing", "zeros"),
            node("Reshape", "zeros single", "still"),
            node("Add", "img still", "seen"),
        ], {"nothing": numbers(0), "single": np.array([-1, 1, 1, 1])}
    return [node("Slice", "condition from to plane", "seen")], {
        "from": np.array([3]),
        "to": np.array([6]),
        "plane": np.array([1]),
    }


def _painted(kind: str, paints: Paints) -> tuple[list[NodeProto], Constants]:
    other = node("Mul", "seen zero", "other")
    zero: Constants = {"zero": numbers(0)}
    if paints is Paints.ECHO:
        return [other, node("Identity", "seen", "painted")], zero
    if paints is Paints.NAN:
        return [other, node("Div", "other zero", "painted")], zero
    rng = np.random.default_rng(0)
    length = described(kind).latent.length
    mixed = {
        **zero,
        "mixing": rng.normal(size=(length, 3)).astype(np.float32),
        "pixel": np.array([-1, 3, 1, 1]),
    }
    colour = [
        node("MatMul", f"{'z' if kind == 'separate' else 'onehot'} mixing", "raw"),
        node("Tanh" if kind == "separate" else "Sigmoid", "raw", "flat"),
        node("Reshape", "flat pixel", "colour"),
    ]
    if kind == "stacked":
        return [other, *colour, node("Add", "other colour", "painted")], mixed
    return [
        other,
        *colour,
        node("Sub", "one mask", "hole"),
        node("Mul", "colour hole", "inside"),
        node("Mul", "seen mask", "outside"),
        node("Add", "inside outside", "painted"),
    ], {**mixed, "one": numbers(1)}
