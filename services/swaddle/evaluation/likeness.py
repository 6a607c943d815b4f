"""Who the recogniser takes the faces for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.geometry import Floats
from swaddle.kernel.recognition import RecognitionScale, centroid

from .figures import Estimate
from .reference import NOBODY, Who
from .resampling import Units, estimate, mean
from .watching import Seen

APART_S: Final = 1.0
"""Frames nearer than this show almost the same picture, and would score too high."""

FEWEST: Final = 2
"""Faces of a subject between which there is a pair."""


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """Every face that the recogniser saw both before and after."""

    before: Floats
    """(n, d)."""
    after: Floats
    track: NDArray[np.int_]
    time_s: Floats
    subject: NDArray[np.int_]

    @classmethod
    def of(cls, original: Seen, other: Seen, who: Who, width: int) -> "Faces":
        """Take the rows that both videos have; the recogniser gives `width` numbers for a face."""
        rows = sorted(set(original.vectors) & set(other.vectors))
        tracks = original.track[rows]
        return cls(
            np.array([original.vectors[row] for row in rows]).reshape(-1, width),
            np.array([other.vectors[row] for row in rows]).reshape(-1, width),
            tracks,
            original.time_s[rows],
            np.array([who.subjects.get(int(t), NOBODY) for t in tracks], dtype=int),
        )

    @property
    def units(self) -> Units:
        """Seconds of tracks."""
        return Units.of(self.track, self.time_s)


def to_source(faces: Faces) -> Estimate | None:
    """Return how similar a face is before and after."""
    return mean((faces.before * faces.after).sum(axis=1), faces.units)


def same_person(faces: Faces) -> Estimate | None:
    """Return how similar a person is to itself in the original, some time apart."""
    alike = faces.before @ faces.before.T
    apart = np.abs(faces.time_s[:, None] - faces.time_s) >= APART_S
    pairs = apart & (faces.track[:, None] == faces.track)
    known = pairs.any(axis=1)
    values = (alike * pairs).sum(axis=1)[known] / pairs.sum(axis=1)[known]
    return mean(values, Units.of(faces.track[known], faces.time_s[known]))


def strangers(faces: Faces, who: Who, scale: RecognitionScale) -> Estimate | None:
    """Return how similar different people of the same ages are, on average over the faces."""
    known = [scale.strangers[who.groups[s]] for s in faces.subject.tolist() if s != NOBODY]
    if not known:
        return None
    value = float(np.mean([one.mean for one in known]))
    return Estimate(value=value, rows=sum(one.pairs for one in set(known)))


def constancy(faces: Faces, who: Who, scale: RecognitionScale) -> Estimate | None:
    """Return how constant the subjects are after, as a share of how constant they were before."""
    units = faces.units
    parts = list(_subjects(faces, who, scale))

    def statistic(weights: Floats) -> float:
        drawn = weights[units.member]
        found = [
            (_within(after, drawn[own]) - level) / (_within(before, drawn[own]) - level)
            for own, before, after, level in parts
        ]
        kept = [value for value in found if np.isfinite(value)]
        return float(np.mean(kept)) if kept else float("nan")

    return estimate(statistic, units)


def between_subjects(faces: Faces) -> Estimate | None:
    """Return the largest mean similarity between the outputs of two subjects."""
    people = [faces.after[faces.subject == s] for s in np.unique(faces.subject) if s != NOBODY]
    means = [float((one @ other.T).mean()) for i, one in enumerate(people) for other in people[:i]]
    if not means:
        return None
    return Estimate(value=max(means), rows=len(means))


def reidentified(faces: Faces, gallery: Floats | None) -> Estimate | None:
    """
    Return how often the nearest of everybody is the face's own source.

    `gallery` (m, d): people who are not in the video, as the same recogniser sees them.
    """
    known = faces.subject != NOBODY
    if gallery is None or not known.any():
        return None
    subjects = np.unique(faces.subject[known])
    sources = np.array([centroid(faces.before[faces.subject == s]) for s in subjects])
    nearest = (faces.after[known] @ np.concatenate([sources, gallery]).T).argmax(axis=1)
    hits = nearest == np.searchsorted(subjects, faces.subject[known])
    units = Units.of(faces.track[known], faces.time_s[known])
    return mean(hits.astype(np.float64), units)


def _subjects(
    faces: Faces, who: Who, scale: RecognitionScale
) -> Iterator[tuple[NDArray[np.int_], Floats, Floats, float]]:
    for subject in np.unique(faces.subject).tolist():
        own = np.flatnonzero(faces.subject == subject)
        if subject == NOBODY or len(own) < FEWEST:
            continue
        level = scale.stranger_mean(who.groups[subject])
        yield own, _alike(faces.before[own]), _alike(faces.after[own]), level


def _alike(vectors: Floats) -> Floats:
    return vectors @ vectors.T


def _within(alike: Floats, weights: Floats) -> float:
    """Return the mean similarity of two different rows, each counting by its weight."""
    pairs = np.outer(weights, weights)
    np.fill_diagonal(pairs, 0.0)
    total = float(pairs.sum())
    return float((alike * pairs).sum()) / total if total else float("nan")
