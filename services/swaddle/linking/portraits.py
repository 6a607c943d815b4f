"""The pictures that show each person best, and what the recogniser makes of them."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats, Region
from swaddle.kernel.ports import FaceEmbedder
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import face_mask

from .bridging import Track
from .occlusion import occlusion
from .reference import Reference
from .rows import Rows
from .sightings import Indices

PICTURES: Final = 8
"""Pictures of a track at most: identities are tried on five of them (DESIGN 5)."""

LOOKED_AT: Final = 3 * PICTURES
"""Pictures of a track, the best, that are compared with its reference."""

UNLIKE_MORE: Final = 0.15
"""Share of the face, beyond what half of those pictures have, that is hidden or looks different, from
which a picture is only taken where there is no other: a hand that nobody saw before the newborn has 0.25
more; a turned head may differ in 0.3 of the face, but so do others of its pictures."""

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
    return portrayed(_best(track.seen, reference, rows), rows, embedder)


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


def _best(entries: Indices, reference: Reference | None, rows: Rows) -> Indices:
    """Return the entries with the best portraits, apart in time; last, where the face is hidden."""
    sightings = rows.sightings
    candidates = entries[sightings.quality[entries] > 0]
    ranked = candidates[np.argsort(-sightings.quality[candidates], kind="stable")]
    last = np.isin(ranked, _hidden(ranked[:LOOKED_AT], reference, rows))
    # Neighbouring pictures tell the same: a track's portraits are spread over it.
    apart = len(entries) / (2 * PICTURES)
    chosen: list[int] = []
    for entry in [*ranked[~last].tolist(), *ranked[last].tolist()]:
        frame = sightings.frame[entry]
        if all(abs(frame - sightings.frame[other]) >= apart for other in chosen):
            chosen.append(entry)
        if len(chosen) == PICTURES:
            break
    return np.array(chosen, np.int64)


def _hidden(entries: Indices, reference: Reference | None, rows: Rows) -> Indices:
    """Return in which pictures the face is unlike the others, as under a hand that nobody saw."""
    entries = entries[rows.sightings.meshed[entries]]
    if reference is None or not len(entries):
        return entries[:0]
    heavy = rows.of(entries)
    unlike = np.array([_unlike(heavy, index, reference) for index in range(len(entries))])
    return entries[unlike > np.median(unlike) + UNLIKE_MORE]


def _unlike(heavy: dict[str, NDArray[Any]], index: int, reference: Reference) -> float:
    """Return the share of a face that something hides, or that looks different."""
    crop, region, landmarks = (heavy[n][index] for n in ("crop", "region", "landmarks"))
    found = occlusion(crop, region, landmarks.astype(np.float64), NO_HANDS, reference)
    return float(found.mask[face_mask(TEXTURE_CELLS)].mean()) + found.unexplained


def _in_picture(landmarks: Floats, region: Floats, picture: Image) -> Floats:
    cx, cy, size, angle = (float(v) for v in region)
    side = picture.shape[0]
    matrix = Region(cx, cy, size, angle).matrix(side)
    flat = (landmarks[:, :2] - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    return np.column_stack([flat, landmarks[:, 2] * (side / size)]).astype(np.float32)
