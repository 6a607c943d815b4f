"""
The tables that stages leave for each other: their columns, element types and shapes.

All of them hold biometric data of real people (but for the landmarks of the synthetic faces in
REGIONS), so they are only ever stored through the WorkTables port.
"""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .errors import Rejected
from .faces import MESH_POINTS, ZONES

TEXTURE_CELLS: Final = 48
"""Side of the occlusion masks, in cells of the face's own texture space."""

HANDS: Final = 2
HAND_POINTS: Final = 21
IRIS_POINTS: Final = 5

TRACKLETS: Final = 1000
"""Tracklets are numbered group by group, with so many numbers for each."""
BACKWARDS: Final = 500
"""From this number on, in each group, a tracklet was followed backwards in time."""
NO_TRACKLET: Final = -1

Column = tuple[type | str, tuple[int, ...]]
Schema = Mapping[str, Column]

EMBEDDING: Final = -1
"""A side that is as long as the recogniser's vectors; `of_width` says how long."""


class Source(IntEnum):
    """How a face came to be known in a frame."""

    DETECTED = 0
    """A detector found it."""
    TRACKED = 1
    """It was followed from a neighbouring frame."""
    INTERPOLATED = 2
    """It was seen before and after."""
    EXTENDED = 3
    """It was seen before or after: the safety margin."""


class Rendered(IntEnum):
    """What was done to a face."""

    SWAP = 0
    COVER = 1
    BLACK = 2
    EXEMPT = 3
    BLUR = 4
    PIXELATE = 5
    BLACKOUT = 6
    STAND_IN = 7
    """A synthetic face like those of SWAP, by the stand-in: the subject's engine failed on it."""


SYNTHETIC: Final = frozenset({Rendered.SWAP, Rendered.STAND_IN})
"""What shows the face of somebody who does not exist."""


OBSERVATIONS: Final[Schema] = {
    "frame": ("i4", ()),
    "tracklet": ("i4", ()),  # rows of one tracklet are one face, followed frame by frame
    "tail": ("?", ()),  # on the first frame of the next group: tells where the tracklet went
    "source": ("u1", ()),
    "score": ("f4", ()),  # of the detector, 0 where it was not asked
    "presence": ("f4", ()),  # of the mesh, 0 where there is none
    "quality": ("f4", ()),  # how well the row's portrait shows the person; 0 without a portrait
    "box": ("f4", (4,)),
    "meshed": ("?", ()),
    "landmarks": ("f4", (MESH_POINTS, 3)),
    "irises": ("f4", (2, IRIS_POINTS, 2)),
    "sharpness": ("f4", ()),  # standard deviation of the Laplacian of the crop's luma
    "crop": ("O", ()),  # JPEG, 96 x 96 pixels of `region`
    "region": ("f4", (4,)),  # cx, cy, size, angle
    "portrait": ("O", ()),  # JPEG, 320 x 320 pixels of `region`; empty but for the best of a group
    "hands": ("f4", (HANDS, HAND_POINTS, 2)),
    "hand_scores": ("f4", (HANDS,)),
}
"""
What `detection` saw in a segment, one row for each face and frame, by frame, then tracklet.

A row of tracklet -1 is no face: its frame begins a new scene.
"""

EDGES: Final[Schema] = {
    "frame": ("i4", ()),
    "tracklet": ("i4", ()),
    "forwards": ("?", ()),
    "box": ("f4", (4,)),
    "meshed": ("?", ()),
    "landmarks": ("f4", (MESH_POINTS, 3)),
}
"""Where `detection` shall follow a face further."""

TRACKS: Final[Schema] = {
    "frame": ("i4", ()),
    "pts": ("i8", ()),
    "time_s": ("f8", ()),
    "track": ("i4", ()),
    "source": ("u1", ()),
    "score": ("f4", ()),
    "presence": ("f4", ()),
    "box": ("f4", (4,)),  # the face
    "head": ("f4", (4,)),  # what a cover has to hide, uncertainty included
    "meshed": ("?", ()),
    "landmarks": ("f4", (MESH_POINTS, 3)),  # smoothed; zeros where there is no mesh
    "irises": ("f4", (2, IRIS_POINTS, 2)),
    "occlusion": (
        "u1",
        (TEXTURE_CELLS, TEXTURE_CELLS),
    ),  # 0 the face shows, 255 something hides it, or it is hair or dark glasses
    # 0, or 255 where dark glasses are, through which nobody may be seen: one for a track
    "lenses": ("u1", (TEXTURE_CELLS, TEXTURE_CELLS)),
    "shape": ("f4", (MESH_POINTS, 3)),  # of the person, in canonical coordinates: one for a track
    "contrast": ("f4", (ZONES,)),  # of the detail of the person's skin, by zone: one for a track
    "occluded": ("f4", ()),  # share of the face that is hidden
    "sharpness": ("f4", ()),
    "doubt": ("u1", ()),  # bits of `linking.doubt.Doubt`
}
"""What `linking` made of it: one row for each track and frame, ordered by frame, then track."""

PORTRAITS: Final[Schema] = {
    "subject": ("i4", ()),  # index into the plan's subjects
    "frame": ("i4", ()),
    "picture": ("O", ()),  # JPEG, 320 x 320 pixels
    "pixel": ("f4", ()),  # side of its pixels, in pixels of the frame
    "landmarks": ("f4", (MESH_POINTS, 3)),  # in the picture's pixels
    "shape": ("f4", (MESH_POINTS, 3)),  # of the person, in canonical coordinates
    "contrast": ("f4", (ZONES,)),  # of the detail of the person's skin, by zone
    # 0 the face shows, 255 the person's hair, or dark glasses
    "stays": ("u1", (TEXTURE_CELLS, TEXTURE_CELLS)),
    "embedding": ("f4", (EMBEDDING,)),
    "recogniser": ("O", ()),  # whose vector it is: `RecognitionScale.recogniser`
}
"""The best pictures of each subject, best first."""

IDENTITIES: Final[Schema] = {
    "identity": ("O", ()),  # JSON of kernel.plan.IdentityPlan
    # the synthetic person in the subject's place; 0 where untested
    "embedding": ("f4", (EMBEDDING,)),
    "similarity": ("f4", ()),  # with the subject's real face
    "to_others": ("f4", ()),  # the largest with another real person of the video
    "stand_in": ("O", ()),  # JSON of the face-space person for where the engine fails; or empty
    # likewise; 0 where there is none, or it is untested
    "stand_in_embedding": ("f4", (EMBEDDING,)),
    "recogniser": ("O", ()),  # whose vectors they are
}
"""A candidate, and who stands in for it: one row."""

REGIONS: Final[Schema] = {
    "frame": ("i4", ()),
    "track": ("i4", ()),  # -1 for a cover that belongs to no track
    "rendered": ("u1", ()),
    "box": ("f4", (4,)),  # the pixels that were painted
    "meshed": ("?", ()),
    "landmarks": ("f4", (MESH_POINTS, 3)),  # of the synthetic face; zeros where there is none
}
"""What `swapping` did in a segment, one row for each face and frame."""


SIMILARITIES: Final[Schema] = {
    "frame": ("i4", ()),
    "track": ("i4", ()),
    "original": ("f4", (EMBEDDING,)),
    "output": ("f4", (EMBEDDING,)),
    "recogniser": ("O", ()),  # whose vectors they are
}
"""How the recogniser sees sampled faces before and after, one row for each."""

PICTURES: Final[Schema] = {
    "frame": ("i4", ()),
    "width": ("i4", ()),  # in square pixels
    "height": ("i4", ()),
    "picture": ("O", ()),  # JPEG
}
"""A few frames of the finished video, small: what the report may choose from."""


def of_width(schema: Schema, width: int) -> Schema:
    """Return a schema for a recogniser whose vectors have so many numbers."""
    return {
        name: (kind, tuple(width if side == EMBEDDING else side for side in shape))
        for name, (kind, shape) in schema.items()
    }


def column(table: Mapping[str, NDArray[Any]], name: str, schema: Schema) -> NDArray[Any]:
    """
    Return a column in the schema's element type and shape.

    Raises Rejected where there is none: another version of swaddle wrote the table.
    """
    if name not in table:
        msg = (
            f"A table has no {name}: another version of swaddle wrote it. Inspect the video again."
        )
        raise Rejected(msg)
    kind, shape = schema[name]
    values = np.asarray(table[name], dtype=kind)
    return values.reshape(len(values), *shape)


def assemble(rows: Sequence[Mapping[str, Any]], schema: Schema) -> dict[str, NDArray[Any]]:
    """Return the columns of some rows; each row has a value for every column."""
    table = {}
    for name, (kind, shape) in schema.items():
        values: NDArray[Any] = np.zeros((len(rows), *shape), kind)
        for index, row in enumerate(rows):
            values[index] = row[name]
        table[name] = values
    return table


def concatenate(
    tables: Sequence[Mapping[str, NDArray[Any]]], schema: Schema
) -> dict[str, NDArray[Any]]:
    """Return the rows of all tables, one after the other."""
    if not tables:
        return assemble((), schema)
    return {name: np.concatenate([column(t, name, schema) for t in tables]) for name in schema}


def select(table: Mapping[str, NDArray[Any]], chosen: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Return some rows, by mask or by index."""
    return {name: values[chosen] for name, values in table.items()}
