"""
Networks of every family of swappers, with known behaviour instead of weights.

Signatures are those of the published files: names, shapes, ranges. What they do: return the target,
tint it by the person, or fail.
"""

from enum import StrEnum
from pathlib import Path

import numpy as np
from onnx import NodeProto, TensorProto

from swaddle.adapters.onnx.expressing import ExpressionModels
from swaddle.adapters.onnx.face_swapper import OnnxFaceSwapper
from swaddle.adapters.onnx.swap_families import FAMILIES, Conditioning, Family

from .graphs import Constants, Dimensions, node, numbers, written

TINT = 0.2
"""How far a person's tint goes from that of the target, at most about, in 0..1."""

REDDER = 0.1
"""Of the range of a colour."""


class Does(StrEnum):
    """What comes out."""

    SAME = "same"
    """The target."""
    TINT = "tint"
    """The target, with a colour of the person's added."""
    RED = "red"
    """The target, redder by `REDDER`."""
    NAN = "nan"
    BLACK = "black"


def swapper(
    folder: Path, family: Family, does: Does, batch: int | str = "batch", *, half: bool = False
) -> Path:
    """Write a network of a family."""
    kind = np.float16 if half else np.float32
    constants = {
        name: value.astype(kind) if value.dtype == np.float32 else value
        for name, value in _constants(family).items()
    }
    nodes = [*_output(family, does), node("Identity", "seen", "output")]
    outputs: dict[str, Dimensions] = {"output": [batch, 3, family.side, family.side]}
    if family.name == "hyperswap":
        nodes.append(node("ReduceMean", "target", "mask", axes=[1]))
        outputs["mask"] = [batch, 1, family.side, family.side]
    return written(
        folder / f"{family.name}_{does}_{batch}.onnx",
        nodes,
        {name: [batch, *shape[1:]] for name, shape in family.inputs.items()},
        outputs,
        constants,
        TensorProto.FLOAT16 if half else TensorProto.FLOAT,
    )


def embedder(folder: Path) -> Path:
    """Write a recogniser: a picture's means of 7 x 7 tiles, spread over 512 numbers."""
    rng = np.random.default_rng(1)
    weights = rng.normal(size=(3 * 7 * 7, 512)).astype(np.float32)
    nodes = [
        node("AveragePool", "input.1", "tiles", kernel_shape=[16, 16], strides=[16, 16]),
        node("Flatten", "tiles", "flat"),
        node("MatMul", "flat weights", "683"),
    ]
    shapes: dict[str, Dimensions] = {"input.1": ["batch", 3, 112, 112]}
    return written(
        folder / "embedder.onnx", nodes, shapes, {"683": ["batch", 512]}, {"weights": weights}
    )


def converter(folder: Path) -> Path:
    """Write a converter of embeddings: the same numbers backwards, twice as large."""
    turned = np.ascontiguousarray(2 * np.eye(512, dtype=np.float32)[::-1])
    nodes = [node("MatMul", "input turned", "output")]
    sizes: Dimensions = ["batch", 512]
    path = folder / "converter.onnx"
    return written(path, nodes, {"input": sizes}, {"output": sizes}, {"turned": turned})


def occluder(folder: Path, *, hides: float = 0.5) -> Path:
    """Write a network of XSeg's family that sees something before the left part of a face."""
    shows = np.ones((1, 256, 256, 1), np.float32)
    shows[:, :, : round(256 * hides)] = 0
    nodes = [
        node("ReduceMean", "input", "grey", axes=[3]),
        node("Mul", "grey zero", "nothing"),
        node("Add", "nothing shows", "output"),
    ]
    return written(
        folder / f"occluder_{hides}.onnx",
        nodes,
        {"input": ["batch", 256, 256, 3]},
        {"output": ["batch", 256, 256, 1]},
        {"zero": numbers(0), "shows": shows},
    )


def parser(folder: Path, *, hair: float = 0.3) -> Path:
    """Write a network of BiSeNet's family that sees hair in the upper `hair` of a face of skin.

    Not a number: one of its scores is none.
    """
    scores = np.zeros((1, 19, 512, 512), np.float32)
    scores[:, 1] = 1
    scores[:, 17, : 0 if np.isnan(hair) else round(512 * hair)] = 2
    scores[:, 3, 256, 256] = hair if np.isnan(hair) else 0
    nodes = [
        node("ReduceMean", "input", "grey", axes=[1]),
        node("Mul", "grey zero", "nothing"),
        node("Add", "nothing scores", "output"),
    ]
    return written(
        folder / "parser.onnx",
        nodes,
        {"input": ["batch", 3, 512, 512]},
        {"output": ["batch", 19, 512, 512]},
        {"zero": numbers(0), "scores": scores},
    )


def restorer(folder: Path, *, lighter: float = 0.0) -> Path:
    """Write a network of GFPGAN's family that makes a face lighter, in -1..1."""
    shape: Dimensions = ["batch", 3, 512, 512]
    nodes = [node("Add", "input lighter", "output")]
    return written(
        folder / "restorer.onnx",
        nodes,
        {"input": shape},
        {"output": shape},
        {"lighter": numbers(lighter)},
    )


def expression(folder: Path) -> ExpressionModels:
    """
    Write LivePortrait's three models, which know one key point's expression: how light a face is.

    The generator adds the difference of the key points wanted and there to a grey face.
    """
    picture: Dimensions = ["batch", 3, 256, 256]
    points: Dimensions = ["batch", 21, 3]
    volume: Dimensions = ["batch", 32, 16, 64, 64]
    features = written(
        folder / "features.onnx",
        [
            node("ReduceMean", "input", "grey", axes=[1, 2, 3]),
            node("Reshape", "grey five", "spread"),
            node("Expand", "spread shape", "output"),
        ],
        {"input": picture},
        {"output": volume},
        {"five": np.array([-1, 1, 1, 1, 1]), "shape": np.array([1, 32, 16, 64, 64])},
    )
    which = np.zeros((1, 21, 3), np.float32)
    which[0, 14] = 1
    angle: Dimensions = ["batch", 1]
    motions = written(
        folder / "motions.onnx",
        [
            node("ReduceMean", "input", "grey", axes=[1, 2], keepdims=0),
            node("ReduceMean", "grey", "mean", axes=[1]),
            node("Mul", "mean zero", "pitch"),
            node("Identity", "pitch", "yaw"),
            node("Identity", "pitch", "roll"),
            node("Add", "pitch one", "scale"),
            node("Mul", "mean none", "translation"),
            node("Reshape", "mean three", "lone"),
            node("Mul", "lone which", "expression"),
            node("Mul", "expression zero", "motion_points"),
        ],
        {"input": picture},
        {
            **dict.fromkeys(("pitch", "yaw", "roll", "scale"), angle),
            "translation": ["batch", 3],
            "expression": points,
            "motion_points": points,
        },
        {
            "zero": numbers(0),
            "one": numbers(1),
            "none": np.zeros((1, 3), np.float32),
            "three": np.array([-1, 1, 1]),
            "which": which,
        },
    )
    generator = written(
        folder / "generator.onnx",
        [
            node("Sub", "source target", "moved"),
            node("ReduceMean", "moved", "much", axes=[1, 2]),
            node("Mul", "much all", "lighter"),
            node("ReduceMean", "feature_volume", "grey", axes=[1, 2, 3, 4], keepdims=0),
            node("Reshape", "grey four", "mean"),
            node("Reshape", "lighter four", "change"),
            node("Add", "mean change", "face"),
            node("Expand", "face shape", "output"),
        ],
        {"feature_volume": volume, "source": points, "target": points},
        {"output": ["batch", 3, 512, 512]},
        {
            "all": numbers(21),
            "four": np.array([-1, 1, 1, 1]),
            "shape": np.array([1, 3, 512, 512]),
        },
    )
    return ExpressionModels(features, motions, generator)


def made_swapper(folder: Path, named: str, does: Does, /, **rest: object) -> OnnxFaceSwapper:
    """Return a swapper of a family whose networks behave as told."""
    family = FAMILIES[named]
    by_picture = family.conditioning is Conditioning.PICTURE
    needed = {} if by_picture else {"embedder": embedder(folder)}
    if named in {"ghost", "simswap", "hififace"}:
        needed["converter"] = converter(folder)
    return OnnxFaceSwapper(named, swapper(folder, family, does), **{**needed, **rest})


def _output(family: Family, does: Does) -> list[NodeProto]:
    """Return nodes from the target, and the source, to `seen`."""
    # What comes out of these families is RGB in 0..1, whatever goes in.
    plain = [node("Mul", "target deviation", "scaled"), node("Add", "scaled mean", "plain")]
    same = [node("Identity", "target", "plain")] if family.same_range else plain
    by_picture = family.conditioning is Conditioning.PICTURE
    if by_picture:
        person = [
            node("ReduceMean", "source", "tint", axes=[2, 3]),
            node("Sub", "tint half", "hue"),
        ]
    else:
        person = [node("MatMul", "source colours", "tint"), node("Unsqueeze", "tint ends", "hue")]
    # Every network reads its source: an input that nothing reads is dropped by the runtime.
    strength = "much" if does is Does.TINT else "zero"
    tinted = [node("Mul", f"hue {strength}", "shift"), node("Add", "plain shift", "tinted")]
    last = {
        Does.SAME: [node("Identity", "tinted", "seen")],
        Does.TINT: [node("Identity", "tinted", "seen")],
        Does.RED: [node("Add", "tinted redder", "seen")],
        Does.BLACK: [node("Mul", "tinted zero", "dark"), node("Sub", "dark one", "seen")],
        Does.NAN: [node("Mul", "tinted zero", "dark"), node("Div", "dark zero", "seen")],
    }
    return [*same, *person, *tinted, *last[does]]


def _constants(family: Family) -> Constants:
    rng = np.random.default_rng(2)
    # Raw embeddings are about a hundred long, and portraits' mean colours differ by a tenth.
    length = {Conditioning.RAW: 0.01, Conditioning.PICTURE: 5.0}.get(family.conditioning, 1.0)
    scale = family.deviation[0] if family.same_range else 1.0
    return {
        "mean": numbers(*family.mean).reshape(1, 3, 1, 1),
        "deviation": numbers(*family.deviation).reshape(1, 3, 1, 1),
        "zero": numbers(0),
        "one": numbers(1),
        "half": numbers(0.5),
        "much": numbers(TINT * length / scale),
        "redder": numbers(REDDER / scale, 0, 0).reshape(1, 3, 1, 1),
        "colours": rng.normal(size=(512, 3)).astype(np.float32),
        "ends": np.array([2, 3]),
        "emap": np.eye(512, dtype=np.float32)[rng.permutation(512)],
    }
