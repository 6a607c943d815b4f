"""
Which tracks are one person: constrained agglomerative clustering of their embeddings.

Two tracks that are seen in one frame are two people, whatever they look like. Doubt splits: an
extra subject costs a person a second synthetic face, a wrong merge gives two people one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Floats
from swaddle.kernel.recognition import RecognitionScale, centroid


@dataclass(frozen=True, slots=True, eq=False)
class Appearance:
    """What clustering needs to know of a track."""

    frames: frozenset[int]
    """In which the face was seen."""
    embeddings: Floats
    """(k, d), unit length; k may be 0."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A person: indices of tracks, in order."""

    tracks: tuple[int, ...]
    age_group: AgeGroup
    doubtful: bool
    """Another subject looks almost enough like this one to be the same person."""


NEARLY: Final = 0.15
"""So far below the threshold, two subjects are still worth a second look by a person."""


def cluster(tracks: Sequence[Appearance], scale: RecognitionScale) -> list[Subject]:
    """Return the subjects, each with its tracks, in the order of their first track."""
    groups = [[index] for index in range(len(tracks))]
    while True:
        best = _best_merge(groups, tracks, scale)
        if best is None:
            break
        i, j = best
        groups[i] = sorted(groups[i] + groups[j])
        del groups[j]
    groups.sort(key=lambda members: members[0])
    return [
        Subject(
            tuple(members), _age(members, tracks, scale), _doubtful(members, groups, tracks, scale)
        )
        for members in groups
    ]


def _best_merge(
    groups: Sequence[Sequence[int]], tracks: Sequence[Appearance], scale: RecognitionScale
) -> tuple[int, int] | None:
    """Return the pair that is surest to be one person, or None."""
    best, margin = None, 0.0
    for i in range(len(groups)):
        for j in range(i + 1, len(groups)):
            gain = _margin(groups[i], groups[j], tracks, scale)
            if gain is not None and gain > margin:
                best, margin = (i, j), gain
    return best


def _margin(
    one: Sequence[int],
    other: Sequence[int],
    tracks: Sequence[Appearance],
    scale: RecognitionScale,
) -> float | None:
    """Return by how much two groups are more alike than strangers can be, or None."""
    if any(tracks[a].frames & tracks[b].frames for a in one for b in other):
        return None
    a, b = _embeddings(one, tracks), _embeddings(other, tracks)
    if not len(a) or not len(b):
        return None
    # Of two ages, the one that is harder to tell apart decides.
    limit = max(scale.same_person_from(scale.age_of(a)), scale.same_person_from(scale.age_of(b)))
    return float(centroid(a) @ centroid(b)) - limit


def _doubtful(
    members: Sequence[int],
    groups: Sequence[Sequence[int]],
    tracks: Sequence[Appearance],
    scale: RecognitionScale,
) -> bool:
    margins = (_margin(members, g, tracks, scale) for g in groups if g is not members)
    return any(margin is not None and margin > -NEARLY for margin in margins)


def _age(
    members: Sequence[int], tracks: Sequence[Appearance], scale: RecognitionScale
) -> AgeGroup:
    vectors = _embeddings(members, tracks)
    return scale.age_of(vectors) if len(vectors) else AgeGroup.ADULT


def _embeddings(members: Sequence[int], tracks: Sequence[Appearance]) -> Floats:
    return np.concatenate([tracks[index].embeddings for index in members])
