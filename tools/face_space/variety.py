"""
How many people the face space yields who are clearly different on one and the same head.

    python -m tools.face_space.variety ../shared/data/synthetic_faces/images

People are drawn and painted onto a held-out face, so that hair, head, light and picture are the same
for all. Counted are those who are, each with each, less alike than 95 of 100 pairs of held-out faces of
that age are. Prints the table of docs/reference/face-space.md. Takes some minutes.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from swaddle import bootstrap
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Floats
from swaddle.kernel.ports import FaceEmbedder
from swaddle.settings import Settings
from tools.face_space import pictures
from tools.face_space.recogniser import similarities
from tools.face_space.tendencies import SHIPPED, painted, suited

PEOPLE: Final = 300
HEADS: Final = 3
"""Held-out faces of each age on which they are painted."""
STRANGERS: Final = 95
"""Percentile of the similarities of strangers below which two people are clearly different."""


def main() -> int:
    """Measure, and print a table with a column for each age group."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    folder = parser.parse_args().pictures
    settings = Settings(embedder_url=SHIPPED, recognition_file=None)
    embedder = bootstrap.face_embedder(settings)
    finding = bootstrap.face_detector(settings), bootstrap.face_landmarker(settings)
    columns = [
        _measured(
            list(pictures.located(folder, suited([group], held_out=True), *finding)), embedder
        )
        for group in AgeGroup
    ]
    print("| | " + " | ".join(group.value for group in AgeGroup) + " |")
    print("|---|" + "--:|" * len(columns))
    for name in columns[0]:
        print(f"| {name} | " + " | ".join(column[name] for column in columns) + " |")
    return 0


def _measured(faces: Sequence[pictures.Face], embedder: FaceEmbedder) -> dict[str, str]:
    """Return the cells of one age group, by the names of their rows."""
    themselves = embedder.embed([(face.image, face.landmarks) for face in faces])
    strangers = similarities(themselves)
    limit = float(np.percentile(strangers, STRANGERS))
    heads = [_on_one_head(face, embedder) for face in faces[:HEADS]]
    alike = np.concatenate([similarities(vectors) for vectors in heads])
    counts = sorted(len(different(vectors, limit)) for vectors in heads)
    return {
        "similarity of two strangers (mean, deviation)": _cell(strangers),
        "similarity of two people of the space on one face": _cell(alike),
        f"different people among {PEOPLE}": f"{counts[0]} to {counts[-1]}",
        "for comparison: among the held-out faces themselves": (
            f"{len(different(themselves, limit))} of {len(themselves)}"
        ),
    }


def _on_one_head(face: pictures.Face, embedder: FaceEmbedder) -> Floats:
    """Return how the recogniser sees everybody who is painted there: (people, d)."""
    seeds = [number.to_bytes(32, "big") for number in range(PEOPLE)]
    return embedder.embed([shown for _, shown in painted(face, seeds) if shown is not None])


def different(vectors: Floats, limit: float) -> list[int]:
    """Return who is, in the order of the draw, less alike than `limit` to all before who are."""
    chosen: list[int] = []
    for index, vector in enumerate(vectors):
        if all(float(vector @ vectors[other]) < limit for other in chosen):
            chosen.append(index)
    return chosen


def _cell(values: Floats) -> str:
    return f"{values.mean():.2f}, {values.std():.2f}"


if __name__ == "__main__":
    sys.exit(main())
