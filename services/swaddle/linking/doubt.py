"""
What speaks against swapping a face in a frame, and the spans of a plan that follow from it.

Doubt covers the face. Spans are long enough that swap and cover do not alternate like a strobe.
"""

from enum import IntFlag
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import Action, Span


class Doubt(IntFlag):
    """Why a face is covered instead of swapped."""

    NONE = 0
    NOT_SEEN = 1
    """Interpolated or added as a margin."""
    NO_MESH = 2
    """A detector sees a face, no mesh fits: profiles, tiny or blurred faces."""
    BENT = 4
    """The mesh does not have the person's shape: something hides too much of it."""
    HIDDEN = 8
    """Most of the face is behind something."""
    TINY = 16
    """Too small for a mesh to mean anything."""
    TURNED = 32
    """Turned so far that most of the face is not seen."""
    STRANGE = 64
    """Part of the face looks different, and nothing is known to hide it."""


REASONS: Final = {
    Doubt.NOT_SEEN: "not seen for a moment",
    Doubt.NO_MESH: "no landmarks",
    Doubt.BENT: "landmarks uncertain",
    Doubt.HIDDEN: "mostly hidden",
    Doubt.TINY: "too small",
    Doubt.TURNED: "turned away",
    Doubt.STRANGE: "something unknown in front",
}

BENT_FROM: Final = 6.0
"""Mean distance of the firm points from the reference, in texture pixels. Expressions and turns
of up to 60 degrees stay below 4; a mesh that slipped onto a hand has 7 and more."""

HIDDEN_FROM: Final = 0.6
"""Share of the face behind something from which what is left is not worth swapping."""

TINY_BELOW: Final = 32.0
"""Pixels between the sides of the face: below, nothing shows that a swap is another person. The
mesh model sees a blur enlarged six times, and the recogniser finds one person's own frames less
alike than 0.8 (the clip of a classroom, faces of 19 and 25 pixels)."""

TURNED_FROM: Final = 75.0
"""Degrees of yaw from which less than a third of the mesh faces the camera."""

STRANGE_FROM: Final = 0.15
"""Share of the face: see linking.occlusion.DIFFERENT."""

PADDING: Final = 1
"""Frames of cover on either side of a doubtful run: doubt begins before it is noticed."""

SHORTEST_SWAP: Final = 6
"""Frames between two covers that are not worth swapping: it would look like a flash."""


def spans(frames: NDArray[np.int64], doubts: NDArray[np.uint8]) -> tuple[Span, ...]:
    """Return the spans of a track over consecutive frames."""
    covered = _settled(doubts != Doubt.NONE)
    reasons = _reasons(doubts, covered)
    borders = [0, *(np.flatnonzero(np.diff(reasons) != 0) + 1).tolist(), len(frames)]
    return tuple(
        Span(
            first_frame=int(frames[low]),
            last_frame=int(frames[high - 1]),
            action=Action.COVER if covered[low] else Action.SWAP,
            reason=describe(int(reasons[low])),
        )
        for low, high in pairwise(borders)
        if high > low
    )


def describe(doubt: int) -> str:
    """Return the reasons in words; an unknown one is a neighbour's."""
    named = [text for flag, text in REASONS.items() if doubt & flag]
    return ", ".join(named)


def yaw_degrees(rotation: Floats) -> float:
    """Return how far a head is turned to a side: the angle of its forward axis to the camera."""
    forward = rotation[2]
    return float(np.degrees(np.arccos(np.clip(abs(forward[2]), 0.0, 1.0))))


def _settled(doubtful: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Grow doubtful runs by the padding and close short gaps between them."""
    covered = doubtful.copy()
    for index in np.flatnonzero(doubtful).tolist():
        covered[max(0, index - PADDING) : index + PADDING + 1] = True
    runs = np.flatnonzero(np.diff(np.concatenate([[1], covered.astype(int), [1]])))
    for low, high in zip(runs[::2], runs[1::2], strict=False):
        # A run of swaps, between covers or at the very beginning or end of the track.
        if high - low < SHORTEST_SWAP and covered.any():
            covered[low:high] = True
    return covered


def _reasons(doubts: NDArray[np.uint8], covered: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return one value for each frame: 0 swaps, otherwise all reasons of the covered run."""
    result = np.zeros(len(doubts), np.int64)
    start = 0
    while start < len(doubts):
        stop = start
        while stop < len(doubts) and covered[stop] == covered[start]:
            stop += 1
        if covered[start]:
            result[start:stop] = int(np.bitwise_or.reduce(doubts[start:stop])) | 128
        start = stop
    return result
