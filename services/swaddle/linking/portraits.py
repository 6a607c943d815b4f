"""The pictures that show each person best, and what the recogniser makes of them."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats, Region
from swaddle.kernel.ports import FaceEmbedder
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import face_mask

from .bridging import Track
from .occlusion import occlusion
from .reference import Reference
from .rows import Rows
from .sightings import Indices, Sightings

PICTURES: Final = 8
"""Pictures of a track at most: the recogniser takes about 0.1 s for each (DESIGN 5)."""

UNLIKE_FROM: Final = 0.10
"""Share of the face that is hidden or different from which a picture is only taken where there is no
other: turning heads and changing light reach 0.09 (`occlusion.DIFFERENT`)."""

MOST_HIDDEN: Final = 2 * PICTURES
"""Such pictures after which no better are looked for: each has to be fetched."""

NO_HANDS: Final = np.zeros((2 * TEXTURE_CELLS, 2 * TEXTURE_CELLS), np.uint8)
"""Pictures with hands that were seen are ranked low as it is."""


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


def portraits(
    track: Track, reference: Reference | None, rows: Rows, embedder: FaceEmbedder
) -> list[Portrait]:
    """Return the best pictures of a track, best first; last, those in which something hides the face."""
    ranked = ranked_entries(rows.sightings, track.seen)
    return portrayed(_best(ranked, len(track.seen), reference, rows), rows, embedder)


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


def ranked_entries(sightings: Sightings, entries: Indices) -> Indices:
    """Return the entries that have a portrait, best first."""
    candidates = entries[sightings.quality[entries] > 0]
    return candidates[np.argsort(-sightings.quality[candidates], kind="stable")]


def _best(ranked: Indices, length: int, reference: Reference | None, rows: Rows) -> Indices:
    """Return the best of ranked entries, apart in time; `length`: sightings of the track."""
    # Neighbouring pictures tell the same: a track's portraits are spread over it.
    apart = length / (2 * PICTURES)
    chosen: list[int] = []
    hidden: list[int] = []
    for entry in ranked.tolist():
        frame = rows.sightings.frame[entry]
        if any(abs(frame - rows.sightings.frame[other]) < apart for other in chosen):
            continue
        unseen = len(hidden) < MOST_HIDDEN and _is_hidden(entry, reference, rows)
        (hidden if unseen else chosen).append(entry)
        if len(chosen) == PICTURES:
            break
    return np.array([*chosen, *hidden][:PICTURES], np.int64)


def _is_hidden(entry: int, reference: Reference | None, rows: Rows) -> bool:
    """Return whether the face looks unlike its reference, as under a hand that nobody saw."""
    row = {name: values[0] for name, values in rows.of(np.array([entry])).items()}
    if reference is None or not row["meshed"]:
        return False
    landmarks = row["landmarks"].astype(np.float64)
    found = occlusion(row["crop"], row["region"], landmarks, NO_HANDS, reference)
    unlike = float(found.mask[face_mask(TEXTURE_CELLS)].mean()) + found.unexplained
    return unlike > UNLIKE_FROM


def _in_picture(landmarks: Floats, region: Floats, picture: Image) -> Floats:
    cx, cy, size, angle = (float(v) for v in region)
    side = picture.shape[0]
    matrix = Region(cx, cy, size, angle).matrix(side)
    flat = (landmarks[:, :2] - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    return np.column_stack([flat, landmarks[:, 2] * (side / size)]).astype(np.float32)
