"""What the hand model calls a hand."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from swaddle import bootstrap
from swaddle.detection.observing import HAND_REGION
from swaddle.kernel.faces import Mesh
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Floats

from . import material
from .measuring import Bench, Measurement, Sides
from .operating import Acts

NAMES: Final = ("detection.observing.HAND_SCORE", "linking.reference.HAND_SCORE")
MIDDLE: Final = 96.0


def measure(bench: Bench) -> Iterator[Measurement]:
    """Look for hands before rendered faces, and before faces without one."""
    rendered = material.rendered()
    found: list[tuple[bool, float, str]] = []
    model = bootstrap.hand_landmarker(bench.settings)

    def score(frame: Frame, landmarks: Floats) -> float:
        region = Mesh(landmarks, 1.0).region()
        around = replace(region, size=region.size * HAND_REGION, angle=0.0)
        return max((hand.score for hand in model.hands(frame, around)), default=0.0)

    for shown in material.people(bench, rendered, lambda c: c.size >= MIDDLE):
        known = shown.condition.hand > 0
        found.append((known, score(shown.frame, shown.truth.landmarks), shown.name))
    for name in NAMES:
        sides = Sides(
            name,
            Acts.FROM,
            "score of the hand model",
            "faces behind a drawn hand",
            "faces with nothing before them",
        )
        for hand, value, unit in found:
            (sides.guard if hand else sides.spare)(value, unit)
        yield sides.done(rendered.data)
