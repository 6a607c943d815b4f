"""
Chains become tracks: gaps are bridged where both sides fit, ends get a safety margin.

What was interpolated or added as a margin was not seen: later it is covered, not swapped.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from swaddle.kernel.geometry import Floats
from swaddle.kernel.tables import Source

from .joining import Chain
from .pairing import paired
from .sightings import Indices, Sightings

LONGEST_GAP_S: Final = 1.0
"""A head that vanishes behind a hand or turns away is back within a second, or it may be another
one. PrivateFrame bridges up to 180 frames; longer gaps only cover what nobody saw."""

MARGIN_S: Final = 0.2
"""How long a face that is no longer seen is still expected where it was: detectors let go of a
turning or blurred face before a person does."""

MARGIN_GROWTH: Final = 0.5
"""Share by which the expected place grows until the end of the margin, and for a second of gap."""

REACH: Final = 1.0
"""A head moves by at most so many of its own sizes for each second of gap, plus half a size."""

SIZE_RATIO: Final = 1.6
"""A head changes its size by at most this factor during a gap."""

FARTHEST: Final = 1e6
"""Sizes of a head: so far that as many chains as possible go on, and only then the nearest."""

NOT_SEEN: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One uninterrupted appearance of a face; consecutive frames."""

    frame: Indices
    entry: Indices
    """Index into the sightings, or -1 where the face was not seen."""
    source: Indices
    """A value of kernel.tables.Source."""
    box: Floats
    """(n, 4): seen or expected."""
    uncertainty: Floats
    """(n,): by how many pixels the box may be off on each side."""

    @property
    def seen(self) -> Indices:
        """The entries of the sightings, without what was not seen."""
        return self.entry[self.entry != NOT_SEEN]


def bridge(sightings: Sightings, chains: list[Chain], times: Floats) -> list[Track]:
    """Return the tracks, in the order of their first frame. `times` (frames,): seconds."""
    follows = _successors(sightings, chains, times)
    behind = set(follows.values())
    tracks = []
    for start in range(len(chains)):
        if start in behind:
            continue
        run = [start]
        while run[-1] in follows:
            run.append(follows[run[-1]])
        entries = np.concatenate([chains[index].entries for index in run])
        tracks.append(_track(sightings, entries, times))
    return sorted(tracks, key=lambda t: (int(t.frame[0]), float(t.box[0, 0])))


def _successors(sightings: Sightings, chains: list[Chain], times: Floats) -> dict[int, int]:
    """Return which chain goes on where another one ends."""
    cost = np.full((len(chains), len(chains)), np.inf)
    for i, before in enumerate(chains):
        for j, after in enumerate(chains):
            cost[i, j] = _cost(sightings, before.entries[-1], after.entries[0], times)
    possible = np.isfinite(cost)
    return dict(paired(FARTHEST - np.where(possible, cost, 0.0), possible))


def _cost(sightings: Sightings, end: int, begin: int, times: Floats) -> float:
    """Return the distance of two ends in head sizes, or infinity where they do not fit."""
    last, first = int(sightings.frame[end]), int(sightings.frame[begin])
    gap = float(times[first] - times[last])
    if first <= last or gap > LONGEST_GAP_S:
        return np.inf
    if sightings.scene_of(last) != sightings.scene_of(first):
        return np.inf
    a, b = sightings.box[end], sightings.box[begin]
    sizes = [max(float((x[2:] - x[:2]).max()), 1.0) for x in (a, b)]
    if max(sizes) / min(sizes) > SIZE_RATIO:
        return np.inf
    distance = float(np.linalg.norm((a[:2] + a[2:] - b[:2] - b[2:]) / 2)) / max(sizes)
    return distance if distance <= 0.5 + REACH * gap else np.inf


def _track(sightings: Sightings, entries: Indices, times: Floats) -> Track:
    """Return the track of some sightings, with gaps filled and margins added."""
    seen = sightings.frame[entries]
    first, last = _margins(sightings, int(seen[0]), int(seen[-1]), times)
    frame = np.arange(first, last + 1)
    entry = np.full(len(frame), NOT_SEEN)
    entry[seen - first] = entries
    box = np.column_stack(
        [np.interp(frame, seen, sightings.box[entries, side]) for side in range(4)]
    )
    source = np.where(
        entry != NOT_SEEN,
        np.where(sightings.detected[entry], Source.DETECTED, Source.TRACKED),
        np.where((frame < seen[0]) | (frame > seen[-1]), Source.EXTENDED, Source.INTERPOLATED),
    )
    # How long ago, or how soon, the face was seen: the less certain is its place.
    before = np.maximum(np.searchsorted(seen, frame, side="right") - 1, 0)
    after = np.minimum(np.searchsorted(seen, frame, side="left"), len(seen) - 1)
    apart = np.minimum(
        np.abs(times[frame] - times[seen[before]]), np.abs(times[seen[after]] - times[frame])
    )
    size = (box[:, 2:] - box[:, :2]).max(axis=1)
    uncertainty = size * MARGIN_GROWTH * np.minimum(1.0, apart / MARGIN_S)
    return Track(frame, entry, source, box, uncertainty)


def _margins(sightings: Sightings, first: int, last: int, times: Floats) -> tuple[int, int]:
    """Move both ends outwards by the margin, but not into another scene."""
    begin = int(np.searchsorted(times, times[first] - MARGIN_S))
    end = int(np.searchsorted(times, times[last] + MARGIN_S, side="right")) - 1
    begin = max([begin, *(c for c in sightings.cuts if c <= first)])
    end = min([end, *(c - 1 for c in sightings.cuts if c > last)])
    return min(begin, first), max(end, last)
