"""The pictures that show each person best, and what the recogniser makes of them."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats, Region
from swaddle.kernel.ports import FaceEmbedder

from .bridging import Track
from .rows import Rows
from .sightings import Indices, Sightings

PICTURES: Final = 8
"""Pictures of a track at most: the recogniser takes about 0.1 s for each (DESIGN 5)."""


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """One picture of a person."""

    frame: int
    picture: Image
    pixel: float
    """Side of its pixels, in pixels of the frame: below 1 where the face is small."""
    landmarks: Floats
    """(468, 3), in the picture's pixels."""
    embedding: Floats
    """(d,)."""


def portraits(track: Track, rows: Rows, embedder: FaceEmbedder) -> list[Portrait]:
    """Return the best pictures of a track, best first."""
    return portrayed(best_entries(rows.sightings, track.seen), rows, embedder)


def portrayed(entries: Indices, rows: Rows, embedder: FaceEmbedder) -> list[Portrait]:
    """Return the pictures of some entries, which have one, in this order."""
    if len(entries) == 0:
        return []
    pictures = rows.portraits(entries)
    heavy = rows.of(entries)
    faces = []
    for index, entry in enumerate(entries.tolist()):
        picture = pictures[entry]
        faces.append(
            (picture, _in_picture(heavy["landmarks"][index], heavy["region"][index], picture))
        )
    vectors = embedder.embed(faces)
    return [
        Portrait(
            int(rows.sightings.frame[entry]),
            picture,
            float(heavy["region"][index][2]) / picture.shape[0],
            landmarks,
            vectors[index],
        )
        for index, (entry, (picture, landmarks)) in enumerate(
            zip(entries.tolist(), faces, strict=True)
        )
    ]


def best_entries(sightings: Sightings, entries: Indices) -> Indices:
    """Return the entries with the best portraits, apart in time, best first."""
    candidates = entries[sightings.quality[entries] > 0]
    order = candidates[np.argsort(-sightings.quality[candidates], kind="stable")]
    # Neighbouring pictures tell the same: a track's portraits are spread over it.
    apart = len(entries) / (2 * PICTURES)
    chosen: list[int] = []
    for entry in order.tolist():
        frame = sightings.frame[entry]
        if all(abs(frame - sightings.frame[other]) >= apart for other in chosen):
            chosen.append(entry)
        if len(chosen) == PICTURES:
            break
    return np.array(chosen, np.int64)


def _in_picture(landmarks: Floats, region: Floats, picture: Image) -> Floats:
    cx, cy, size, angle = (float(v) for v in region)
    side = picture.shape[0]
    matrix = Region(cx, cy, size, angle).matrix(side)
    flat = (landmarks[:, :2] - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    return np.column_stack([flat, landmarks[:, 2] * (side / size)]).astype(np.float32)
