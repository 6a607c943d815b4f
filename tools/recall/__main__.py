"""
Print how surely the search of a single frame finds a face, under each condition.

    python -m tools.recall [--people 20]

Rendered people, one in a picture of 1280 x 720, of whom everything is known. A frame gets the
thorough and the quick search; a video is safer than that, because a face that was found once is
followed both ways. Takes about a quarter of an hour on two cores.
"""

import argparse
import sys
from dataclasses import dataclass
from typing import Final

from swaddle import bootstrap
from swaddle.detection.cascade import Cascade
from swaddle.kernel.frames import still
from swaddle.kernel.geometry import Box
from swaddle.scenes.rendering import render
from swaddle.settings import Settings
from tools.recall.conditions import Condition, conditions

SAME: Final = 0.3
"""Intersection over union from which a face that was found is the one that is there: what is
painted over is larger than either."""


@dataclass(slots=True)
class Count:
    """How many were found."""

    people: int = 0
    thorough: int = 0
    quick: int = 0
    wrong: int = 0
    """Faces where nobody is."""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20)
    people = parser.parse_args().people
    settings = Settings()
    cascade = Cascade(bootstrap.face_detector(settings), bootstrap.face_landmarker(settings))
    print("| condition | | thorough search | quick search | faces where nobody is |")
    print("|---|---|--:|--:|--:|")
    for condition in conditions():
        found = counted(condition, people, cascade)
        print(
            f"| {condition.kind} | {condition.value} | {found.thorough}/{found.people} "
            f"| {found.quick}/{found.people} | {found.wrong} |",
            flush=True,
        )
    return 0


def counted(condition: Condition, people: int, cascade: Cascade) -> Count:
    """Look for everybody under one condition."""
    count, source = Count(), bootstrap.looks_source()
    for person in range(people):
        (moment,) = render(condition.scene(person), source)
        frame = still(condition.spoil(moment.picture))
        truth = moment.faces[0].box
        count.people += 1
        for name, thorough in (("thorough", True), ("quick", False)):
            boxes = [face.box for face in cascade.search(frame, thorough=thorough)]
            hit = any(box.iou(truth) >= SAME for box in boxes)
            setattr(count, name, getattr(count, name) + hit)
            count.wrong += sum(_elsewhere(box, truth) for box in boxes)
    return count


def _elsewhere(box: Box, truth: Box) -> bool:
    return box.intersection(truth) == 0


if __name__ == "__main__":
    sys.exit(main())
