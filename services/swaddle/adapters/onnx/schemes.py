"""
Which point of other landmark schemes lies where on the mesh of 468.

All go through the 68 points of 300-W / iBUG (Sagonas et al., ICCV Workshops 2013), since tables to
and from those are public and in wide use.
"""

from dataclasses import dataclass
from typing import Final

from swaddle.kernel.faces import (
    LEFT_EYE_LOWER,
    LEFT_EYE_UPPER,
    RIGHT_EYE_LOWER,
    RIGHT_EYE_UPPER,
)

Indices = tuple[int, ...]

MESH_OF_68: Final[Indices] = (
    *(162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389),  # jaw
    *(70, 63, 105, 66, 107),  # brow on the left of the picture
    *(336, 296, 334, 293, 300),  # brow on the right
    *(168, 197, 5, 4),  # ridge of the nose
    *(75, 97, 2, 326, 305),  # under the nose
    *(33, 160, 158, 133, 153, 144),  # eye on the left
    *(362, 385, 387, 263, 373, 380),  # eye on the right
    *(61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181),  # outer lips
    *(78, 82, 13, 312, 308, 317, 14, 87),  # inner lips
)
"""The table that LatentSync (ByteDance, Apache-2.0) and many others use to read MediaPipe's mesh as
68 points; its ends of the brows (71, 301) are replaced by those of MediaPipe's own contour."""

JAW: Final = 17
"""The first points of the 68 follow the outline of the face as it is seen: on a turned head they
are no fixed points of it."""

FROM_98: Final[Indices] = (
    *range(0, 33, 2),
    *(33, 34, 35, 36, 37, 42, 43, 44, 45, 46),
    *range(51, 60),
    *(60, 61, 63, 64, 65, 67, 68, 69, 71, 72, 73, 75),
    *range(76, 96),
)
"""Which of WFLW's 98 points the 68 are: the table of PFLD's and DSLPT's authors."""

FROM_106: Final[Indices] = (
    *(1, 10, 12, 14, 16, 3, 5, 7, 0, 23, 21, 19, 32, 30, 28, 26, 17),
    *(43, 48, 49, 51, 50, 102, 103, 104, 105, 101),
    *(72, 73, 74, 86, 78, 79, 80, 85, 84),
    *(35, 41, 42, 39, 37, 36, 89, 95, 96, 93, 91, 90),
    *(52, 64, 63, 71, 67, 68, 61, 58, 59, 53, 56, 55, 65, 66, 62, 70, 69, 57, 60, 54),
)
"""Which of InsightFace's 106 points the 68 are: the table in use with 2d106det."""

LIDS: Final = (LEFT_EYE_UPPER, LEFT_EYE_LOWER, RIGHT_EYE_UPPER, RIGHT_EYE_LOWER)
"""Middles of the lids: the 68 have none, and a blink shows there first."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """Where its points lie."""

    points: int
    chosen: Indices
    """Of its points: those that the mesh is fitted to."""
    mesh: Indices
    """The points of the mesh that these are."""
    pupils: Indices = ()
    """The middles of both irises, the left of the picture first, where it has them."""

    @property
    def outline(self) -> slice:
        """Which of the chosen points are no fixed points of the head."""
        return slice(0, JAW)


IBUG_68: Final = Scheme(68, tuple(range(68)), MESH_OF_68)

WFLW_98: Final = Scheme(98, (*FROM_98, 62, 66, 70, 74), (*MESH_OF_68, *LIDS), (96, 97))
"""Wu, Qian, Yang et al., "Look at Boundary: A Boundary-Aware Face Alignment Algorithm", CVPR
2018."""

INSIGHTFACE_106: Final = Scheme(106, (*FROM_106, 40, 33, 94, 87), (*MESH_OF_68, *LIDS), (38, 88))
