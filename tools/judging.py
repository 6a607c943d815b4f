"""
How far pose and expression seem to move when only the person changes.

    python -m tools.judging ../shared/data/synthetic_faces/images

The appearance engine keeps pose, eyes and mouth, so what the models say of its pictures beside the
portraits is what another face does to them: the limits of `identity.judging`. Takes some minutes.
"""

import argparse
import hashlib
import sys
from pathlib import Path
from typing import Final

import numpy as np

from swaddle import bootstrap
from swaddle.adapters.appearance.identity_generator import AppearanceIdentityGenerator
from swaddle.identity.judging import LIMITS, Judge, differences
from swaddle.identity.ports import Portrait, PreviewRequest
from swaddle.kernel.faces import AgeGroup, Mesh
from swaddle.settings import Settings
from tools.face_space import pictures
from tools.face_space.tendencies import portrait

EVERY: Final = 2
"""Held-out faces of which one is looked at."""
PERCENTILES: Final = (50, 90, 95, 99, 100)


def main() -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    folder = parser.parse_args().pictures
    settings = Settings()
    judge = Judge(bootstrap.face_detector(settings), bootstrap.face_mesh(settings))
    faces = pictures.held_out(folder, judge.detector, judge.landmarker, EVERY)
    portraits = [portrait(face) for face in faces]
    moved, found = [], []
    for number, shown in enumerate(portraits):
        for group in AgeGroup:
            name = hashlib.sha256(f"{number} {group}".encode()).digest()
            moved_one, found_one = _tried(judge, shown, group, name)
            moved += moved_one
            found += found_one
    values = np.array(moved)
    print(f"{len(values)} pictures of {len(portraits)} portraits")
    print("| measure | " + " | ".join(f"{p} %" for p in PERCENTILES) + " | above 3 |")
    print("|---|" + "--:|" * (len(PERCENTILES) + 1))
    for index, measure in enumerate(LIMITS):
        cells = " | ".join(f"{v:.3f}" for v in np.percentile(values[:, index], PERCENTILES))
        print(f"| {measure} | {cells} | {(values[:, index] > 3).mean():.2f} |")  # noqa: PLR2004
    score, overlap = np.array(found).min(axis=0)
    print(f"lowest score {score:.2f}, lowest overlap {overlap:.2f}")
    return 0


def _tried(
    judge: Judge, shown: Portrait, group: AgeGroup, name: bytes
) -> tuple[list[list[float]], list[tuple[float, float]]]:
    """Return by how much each measure moved, and with which score and overlap it is found."""
    generator = AppearanceIdentityGenerator()
    (preview,) = generator.preview(
        [PreviewRequest(generator.invent(name, group, 0), group, shown)]
    )
    if preview is None:
        return [], []
    asked = Mesh(shown.landmarks.astype(np.float64), 1.0)
    faces = [judge.measured(picture, asked) for picture in (preview[0], shown.picture)]
    best = max(judge.detector.detect(preview[0]), key=lambda f: f.box.iou(asked.box), default=None)
    found = (0.0, 0.0) if best is None else (best.score, best.box.iou(asked.box))
    return [list(differences(faces[0], faces[1]).values())], [found]


if __name__ == "__main__":
    sys.exit(main())
