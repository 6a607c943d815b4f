"""How far a face overlaps itself from one frame to the next."""

from collections.abc import Iterator
from itertools import pairwise

from swaddle.scenes.rendering import Moment

from . import material
from .measuring import Bench, Measurement, Sides
from .operating import Acts


def measure(bench: Bench) -> Iterator[Measurement]:
    """Compare the true boxes of neighbouring frames of scenes."""
    del bench
    plain = material.Counted("named scenes (services/swaddle/scenes)", "frames")
    sides = Sides(
        "detection.following.STEP_IOU",
        Acts.FROM,
        "intersection over union with the face of the frame before",
        "the same face",
        "another face of the frame",
    )
    for (name, before), (scene, after) in pairwise(material.scenes(plain)):
        if name == scene:
            _step(name, before, after, sides)
    yield sides.done(plain.data)


def _step(name: str, before: Moment, after: Moment, sides: Sides) -> None:
    for one in before.faces:
        for other in after.faces:
            if not (one.faces_camera and other.faces_camera):
                continue
            overlap = one.box.iou(other.box)
            unit = f"{name} {one.name} {other.name} {int(after.time)}"
            (sides.guard if one.name == other.name else sides.spare)(overlap, unit)
