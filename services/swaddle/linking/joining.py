"""
Tracklets become tracks; the ends that may go on are named.

Where a tracklet's tail lies on the head of another, on the first frame of the next group, the two
are one face. A tail on which nothing lies is an open edge: the face was still there, but the
search of that frame missed it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from swaddle.kernel.geometry import Floats
from swaddle.kernel.tables import BACKWARDS, TRACKLETS

from .pairing import paired
from .parting import parted
from .sightings import Indices, Sightings

SAME_FACE: Final = 0.4
"""Intersection over union from which two boxes of one frame are one face, as in detection."""


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """An end of a chain that has to be followed further."""

    entry: int
    """Index into the sightings: the last known place."""
    forwards: bool


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """The sightings of one face without a gap larger than the detection left, by frame."""

    entries: Indices
    """Indices into the sightings, one for each frame."""


def join(
    sightings: Sightings, segment_length: int, grid: int, frames: int
) -> tuple[list[Chain], list[OpenEnd]]:
    """
    Return the chains of a video, in the order of their first frame, and their open ends.

    `segment_length`: frames in every segment but the last; `grid`: frames in a group.
    """
    parent = {int(t): int(t) for t in np.unique(sightings.tracklet)}
    for one, other in _meetings(sightings):
        parent[_root(parent, one)] = _root(parent, other)
    roots = np.array([_root(parent, int(t)) for t in sightings.tracklet], np.int64)
    chains = [
        Chain(_one_per_frame(sightings, np.flatnonzero(roots == root)))
        for root in dict.fromkeys(roots.tolist())
    ]
    chains = _without_doubles(sightings, chains)
    ends = [
        end
        for chain in chains
        for end in _open_ends(sightings, chain, segment_length, grid, frames)
    ]
    return sorted(chains, key=lambda c: _order(sightings, c)), ends


def overlap(a: Floats, b: Floats) -> Floats:
    """Return intersection over union of every box of `a` (n, 4) with every one of `b` (m, 4)."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    areas = [np.prod(np.clip(x[:, 2:] - x[:, :2], 0, None), axis=1) for x in (a, b)]
    union = areas[0][:, None] + areas[1][None] - shared
    return shared / np.maximum(union, 1e-9)


def _meetings(sightings: Sightings) -> Iterator[tuple[int, int]]:
    """Yield pairs of tracklets that lie on each other where one of them ends or was extended."""
    borders = np.append(np.flatnonzero(np.diff(sightings.frame)) + 1, len(sightings))
    start = 0
    for stop in borders.tolist():
        here = np.arange(start, stop)
        start = stop
        guests = here[sightings.tail[here] | sightings.extension[here]]
        hosts = here[~sightings.tail[here] & ~sightings.extension[here]]
        for crowd in (guests[sightings.tail[guests]], guests[~sightings.tail[guests]]):
            if len(crowd) == 0 or len(hosts) == 0:
                continue
            shared = overlap(sightings.box[crowd], sightings.box[hosts])
            for i, j in paired(shared, shared > SAME_FACE):
                yield int(sightings.tracklet[crowd[i]]), int(sightings.tracklet[hosts[j]])


def _root(parent: dict[int, int], item: int) -> int:
    while parent[item] != item:
        parent[item] = parent[parent[item]]
        item = parent[item]
    return item


def _one_per_frame(sightings: Sightings, entries: Indices) -> Indices:
    """Keep one sighting for each frame: a group's own before a tail, both before an extension."""
    rank = np.lexsort(
        (
            -sightings.presence[entries],
            sightings.tail[entries],
            sightings.extension[entries],
            sightings.frame[entries],
        )
    )
    ordered = entries[rank]
    _, first = np.unique(sightings.frame[ordered], return_index=True)
    return ordered[first]


def _without_doubles(sightings: Sightings, chains: list[Chain]) -> list[Chain]:
    """
    Leave every face to one chain.

    Two tracklets may have been started on one face, or one may have slipped onto another.
    """
    kept: list[Indices] = []
    for chain in sorted(chains, key=lambda c: (-len(c.entries), _order(sightings, c))):
        entries = chain.entries
        for index, other in enumerate(kept):
            if len(entries) and len(other):
                entries, kept[index] = parted(sightings, entries, other)
        kept.append(entries)
    return [Chain(entries) for entries in kept if len(entries)]


def _open_ends(
    sightings: Sightings, chain: Chain, segment_length: int, grid: int, frames: int
) -> Iterator[OpenEnd]:
    first, last = int(chain.entries[0]), int(chain.entries[-1])
    begin, end = int(sightings.frame[first]), int(sightings.frame[last])
    if end < frames - 1 and not _new_scene(sightings, end + 1):
        edge_of_segment = (end + 1) % segment_length == 0
        if sightings.tail[last] or (sightings.extension[last] and edge_of_segment):
            yield OpenEnd(last, forwards=True)
    if begin > 0 and not _new_scene(sightings, begin):
        # Followed back to a group's first frame, where the search missed the face.
        reached = begin % grid == 0 and _went_backwards(sightings, first)
        edge_of_segment = begin % segment_length == 0
        if edge_of_segment if sightings.extension[first] else reached:
            yield OpenEnd(first, forwards=False)


def _went_backwards(sightings: Sightings, entry: int) -> bool:
    return int(sightings.tracklet[entry]) % TRACKLETS >= BACKWARDS


def _new_scene(sightings: Sightings, frame: int) -> bool:
    return frame in sightings.cuts


def _order(sightings: Sightings, chain: Chain) -> tuple[int, float, float]:
    first = chain.entries[0]
    x0, y0 = sightings.box[first, :2].tolist()
    return int(sightings.frame[first]), x0, y0
