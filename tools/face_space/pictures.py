"""The synthetic faces: which there are, what was seen on each by eye, and where the mesh lies."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2

from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import Image, still
from swaddle.kernel.geometry import Floats
from swaddle.kernel.ports import FaceDetector, FaceLandmarker

CURATION = Path(__file__).with_name("curation.csv")
HELD_OUT_SHARE = 0.3
BORDER = 40
"""Pixels added around a picture: faces that fill it are found more surely with some margin."""

UNFIT = {"broken", "monochrome"}
"""Flags of pictures that show no whole face, or no colours: nothing is measured on them."""

GROUPS = {
    "infant": AgeGroup.INFANT,
    "child": AgeGroup.CHILD,
    "teen": AgeGroup.ADULT,
    "adult": AgeGroup.ADULT,
    "elder": AgeGroup.ADULT,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """One synthetic person."""

    name: str
    age: str
    flags: frozenset[str]
    held_out: bool

    @property
    def group(self) -> AgeGroup:
        """The age group."""
        return GROUPS[self.age]


@dataclass(frozen=True, slots=True)
class Face:
    """A picture with its mesh."""

    picture: Picture
    image: Image
    landmarks: Floats


def curated() -> list[Picture]:
    """
    Return every distinct picture.

    Held out are those whose name's SHA-256 falls into the first 30 %: the list does not change
    when pictures are added, and nobody chose it.
    """
    with CURATION.open(newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if not row["duplicate_of"]]
    return [
        Picture(
            row["picture"], row["age"], frozenset(row["flags"].split()), _held_out(row["picture"])
        )
        for row in rows
    ]


def held_out(
    folder: Path, detector: FaceDetector, landmarker: FaceLandmarker, every: int = 1
) -> Iterator[Face]:
    """Yield every so manyth person that nothing was learned from, whole and in colour, located."""
    wanted = [p for p in curated() if p.held_out and not p.flags & UNFIT]
    yield from located(folder, wanted[::every], detector, landmarker)


def _held_out(name: str) -> bool:
    digest = hashlib.sha256(f"swaddle/held-out/{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < HELD_OUT_SHARE * 2**64


def located(
    folder: Path, pictures: list[Picture], detector: FaceDetector, landmarker: FaceLandmarker
) -> Iterator[Face]:
    """Yield the pictures on which the mesh is sure to lie well."""
    for picture in pictures:
        image = cv2.imread(str(folder / f"{picture.name}.jpg"))  # noqa: TID251 - a tool
        padded = cv2.copyMakeBorder(image, BORDER, BORDER, BORDER, BORDER, cv2.BORDER_REPLICATE)
        found = detector.detect(padded)
        if not found:
            continue
        frame = still(padded)
        face = max(found, key=lambda f: f.box.area * f.score)
        mesh = landmarker.fit(frame, face.region())
        for _ in range(2):
            mesh = landmarker.fit(frame, mesh.region())
        if mesh.presence > 0.9:  # noqa: PLR2004 - 1,085 of 1,101 pictures pass
            closer, _ = landmarker.look_closer(frame, mesh)
            yield Face(picture, padded, closer.landmarks)
