"""
Two chains on one face: which of them goes on, and which ends where they met.

A mesh that follows somebody who passes behind somebody else slips onto the nearer face and stays
there. The chain that goes on evenly keeps the face; the other one ends where they met, or begins
where they part.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.geometry import Floats

from .sightings import Indices, Sightings

ON_ONE_FACE: Final = 0.5
"""Share of the smaller of two boxes that lies in the other: a mesh on a nose is on the face."""

STARTED_TWICE: Final = 0.9
"""Share of a chain's life on another one from which there never were two faces."""

SHORTEST: Final = 2
"""Frames on one face from which it is no brush in passing."""

BEFORE: Final = 4
AFTER: Final = 16
"""Frames from which a chain is carried forward, and how far into the shared run: faces that pass
each other overlap for some frames before a mesh slips."""


def parted(sightings: Sightings, one: Indices, other: Indices) -> tuple[Indices, Indices]:
    """
    Return two chains' entries so that neither ends or begins on the other's face.

    `one` is the shorter: where it never was alone, nothing of it is left.
    """
    shared = _shared(sightings, one, other)
    if shared.mean() >= STARTED_TWICE:
        return one[:0], other
    one, other = _part(_Way(sightings, forwards=True), one, other)
    if len(one) == 0 or len(other) == 0:
        return one, other
    return _part(_Way(sightings, forwards=False), one, other)


@dataclass(frozen=True, slots=True)
class _Way:
    """Sightings read forwards or backwards in time."""

    sightings: Sightings
    forwards: bool

    def time(self, entries: Indices) -> NDArray[np.int64]:
        frames = self.sightings.frame[entries].astype(np.int64)
        return frames if self.forwards else -frames

    def ordered(self, entries: Indices) -> Indices:
        return entries if self.forwards else entries[::-1]

    def evenness(self, entries: Indices, begin: int) -> float:
        """Return how well a chain goes on into a run: mean overlap with what was to be expected."""
        times, boxes = self.time(entries), self.sightings.box[entries].astype(np.float64)
        past = np.flatnonzero((times < begin) & (times >= begin - BEFORE))
        run = np.flatnonzero((times >= begin) & (times < begin + AFTER))
        if len(past) == 0 or len(run) == 0:
            return 0.0
        first, last = past[0], past[-1]
        elapsed = max(int(times[last] - times[first]), 1)
        speed = (boxes[last] - boxes[first]) / elapsed
        ahead = (times[run] - times[last])[:, None]
        return _agreement(boxes[last] + speed * ahead, boxes[run])


def _part(way: _Way, one: Indices, other: Indices) -> tuple[Indices, Indices]:
    """End one of two chains where a shared run begins that lasts until one of them ends."""
    one, other = way.ordered(one), way.ordered(other)
    shared = _shared(way.sightings, one, other)
    alone = np.flatnonzero(~shared)
    start = int(alone[-1]) + 1 if len(alone) else 0
    if len(one) - start < SHORTEST or start == 0:
        return way.ordered(one), way.ordered(other)
    begin = int(way.time(one[start : start + 1])[0])
    if way.evenness(one, begin) > way.evenness(other, begin):
        # The longer one slipped: its rest is the shorter one's.
        end = int(way.time(one[-1:])[0])
        rest = other[way.time(other) > end]
        one, other = np.concatenate([one, rest]), other[way.time(other) < begin]
    else:
        one = one[:start]
    return way.ordered(one), way.ordered(other)


def _shared(sightings: Sightings, one: Indices, other: Indices) -> NDArray[np.bool_]:
    """Return for each entry of `one` whether `other` is on the same face in that frame."""
    result = np.zeros(len(one), bool)
    _, mine, theirs = np.intersect1d(
        sightings.frame[one], sightings.frame[other], return_indices=True
    )
    if len(mine):
        a, b = sightings.box[one[mine]], sightings.box[other[theirs]]
        smaller = np.minimum(_areas(a), _areas(b))
        result[mine] = _intersections(a, b) > ON_ONE_FACE * smaller
    return result


def _intersections(a: Floats, b: Floats) -> Floats:
    low, high = np.maximum(a[:, :2], b[:, :2]), np.minimum(a[:, 2:], b[:, 2:])
    return np.asarray(np.prod(np.clip(high - low, 0, None), axis=1))


def _areas(boxes: Floats) -> Floats:
    return np.asarray(np.prod(np.clip(boxes[:, 2:] - boxes[:, :2], 0, None), axis=1))


def _agreement(a: Floats, b: Floats) -> float:
    """Return the mean intersection over union of boxes, pair by pair."""
    shared = _intersections(a, b)
    return float((shared / np.maximum(_areas(a) + _areas(b) - shared, 1e-9)).mean())
