"""
Two tracks that met: whether each of them still shows the person it showed before.

Where two heads overlap, boxes and meshes cannot tell who goes on where. The recogniser can, as
soon as both are seen again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.geometry import Floats
from swaddle.kernel.ports import FaceEmbedder
from swaddle.kernel.recognition import centroid
from swaddle.kernel.tables import Source

from .bridging import MARGIN_GROWTH, NOT_SEEN, Track
from .parting import BEFORE, ON_ONE_FACE
from .portraits import portrayed
from .rows import Rows
from .sightings import Indices, Sightings

MEETING: Final = 0.2
"""Share of the smaller of two boxes that lies in the other, from which they meet: what is in the
picture of one face may then be the other one."""

APART: Final = 10
"""Frames without a meeting that end one; heads that pass each other touch more than once."""

LOOKS: Final = 3
"""Pictures of each track on either side of a meeting, those nearest to it."""

MARGIN: Final = 0.4
"""By how much the sum of two similarities has to be larger the other way round: two deviations of
strangers' (0.2 each, `recogniser.json`). Below that the boxes are right."""


def unswitched(tracks: Sequence[Track], rows: Rows, embedder: FaceEmbedder) -> list[Track]:
    """Return the tracks, each with one person from its begin to its end."""
    sorted_out = list(tracks)
    for i, j in combinations(range(len(sorted_out)), 2):
        for first, last in _meetings(sorted_out[i], sorted_out[j]):
            one, other = sorted_out[i], sorted_out[j]
            if _switched(one, other, (first, last), rows, embedder):
                sorted_out[i], sorted_out[j] = _crossed(one, other, (first, last))
    return sorted_out


def _meetings(one: Track, other: Track) -> Iterator[tuple[int, int]]:
    """Yield the first and the last frame of each meeting."""
    frames, mine, theirs = np.intersect1d(one.frame, other.frame, return_indices=True)
    if not len(frames):
        return
    met = frames[_overlap(one.box[mine], other.box[theirs]) >= MEETING]
    if len(met):
        for run in np.split(met, np.flatnonzero(np.diff(met) > APART) + 1):
            yield int(run[0]), int(run[-1])


def _overlap(a: Floats, b: Floats) -> Floats:
    low, high = np.maximum(a[:, :2], b[:, :2]), np.minimum(a[:, 2:], b[:, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=1)
    smaller = np.minimum(*(np.prod(x[:, 2:] - x[:, :2], axis=1) for x in (a, b)))
    return np.asarray(shared / np.maximum(smaller, 1e-9))


def _switched(
    one: Track,
    other: Track,
    meeting: tuple[int, int],
    rows: Rows,
    embedder: FaceEmbedder,
) -> bool:
    """Return whether the two look more like each other than like themselves afterwards."""
    sides = [
        _looks(rows.sightings, track, meeting, after=after)
        for track in (one, other)
        for after in (False, True)
    ]
    if not all(len(side) for side in sides):
        return False
    seen = portrayed(np.concatenate(sides), rows, embedder)
    vectors = np.array([portrait.embedding for portrait in seen])
    split = np.split(vectors, np.cumsum([len(side) for side in sides])[:-1])
    one_before, one_after, other_before, other_after = (centroid(part) for part in split)
    straight = one_before @ one_after + other_before @ other_after
    across = one_before @ other_after + other_before @ one_after
    return bool(across > straight + MARGIN)


def _looks(
    sightings: Sightings, track: Track, meeting: tuple[int, int], *, after: bool
) -> Indices:
    """Return the entries with a portrait that are nearest to a meeting, on one side of it."""
    entries = track.seen
    with_picture = entries[sightings.quality[entries] > 0]
    frames = sightings.frame[with_picture]
    side: NDArray[np.bool_] = frames > meeting[1] if after else frames < meeting[0]
    chosen = with_picture[side]
    return chosen[:LOOKS] if after else chosen[-LOOKS:]


def _crossed(one: Track, other: Track, meeting: tuple[int, int]) -> tuple[Track, Track]:
    """
    Let two tracks go on with each other's rest.

    A mesh slips from the face behind onto the one in front, and both are there until the other one
    slips back: meanwhile the face behind was not seen.
    """
    shared = _on_one_face(one, other, meeting)
    if shared is None:
        cut = (meeting[0] + meeting[1]) // 2
        return _joined(one, other, cut, cut), _joined(other, one, cut, cut)
    first, last = shared
    if _steadiness(one, first) < _steadiness(other, first):
        behind, front = _joined(one, other, first - 1, last), _joined(other, one, first, first)
        return behind, front
    behind, front = _joined(other, one, first - 1, last), _joined(one, other, first, first)
    return front, behind


def _on_one_face(one: Track, other: Track, meeting: tuple[int, int]) -> tuple[int, int] | None:
    """Return the first and the last frame of a meeting in which both lie on the same face."""
    frames, mine, theirs = np.intersect1d(one.frame, other.frame, return_indices=True)
    same = _overlap(one.box[mine], other.box[theirs]) > ON_ONE_FACE
    found = frames[same & (frames >= meeting[0]) & (frames <= meeting[1])]
    return (int(found[0]), int(found[-1])) if len(found) else None


def _steadiness(track: Track, frame: int) -> float:
    """Return how far a track's box still lies where it was some frames before."""
    place = int(np.searchsorted(track.frame, frame))
    now, before = track.box[place], track.box[max(0, place - BEFORE)]
    # Moved back to one middle: a face that walks keeps its size, a mesh that slips does not.
    shift = (now[:2] + now[2:] - before[:2] - before[2:]) / 2
    moved = before + np.concatenate([shift, shift])
    union = np.prod(np.maximum(now[2:], moved[2:]) - np.minimum(now[:2], moved[:2]))
    shared = np.prod(np.minimum(now[2:], moved[2:]) - np.maximum(now[:2], moved[:2]))
    return float(shared / max(float(union), 1e-9))


def _joined(begin: Track, rest: Track, until: int, beyond: int) -> Track:
    """Return a track up to a frame and another one after a frame; between them nothing is seen."""
    early, late = begin.frame <= until, rest.frame > beyond
    gap = np.arange(until + 1, beyond + 1)
    ends = np.array([until, beyond + 1])
    sides = np.array([begin.box[early][-1], rest.box[late][0]])
    filled = {
        "frame": gap,
        "entry": np.full(len(gap), NOT_SEEN),
        "source": np.full(len(gap), Source.INTERPOLATED),
        "box": np.column_stack([np.interp(gap, ends, sides[:, side]) for side in range(4)]),
        "uncertainty": MARGIN_GROWTH * (sides[:, 2:] - sides[:, :2]).max() * np.ones(len(gap)),
    }
    columns = {
        name: np.concatenate([getattr(begin, name)[early], fill, getattr(rest, name)[late]])
        for name, fill in filled.items()
    }
    return replace(begin, **columns)
