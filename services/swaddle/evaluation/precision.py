"""
Average precision, as COCO defines it, with one video's result as the truth for another's.

Lin et al., "Microsoft COCO: Common Objects in Context", 2014; the evaluation's 10 thresholds, 101
recall points and key point constants are those of cocodataset.org, "Detection Evaluation" and
"Keypoint Evaluation".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from swaddle.kernel.faces import Detection, Person
from swaddle.kernel.geometry import Floats

from .figures import Estimate
from .resampling import Units, estimate

THRESHOLDS: Final = np.arange(10) * 0.05 + 0.5
RECALLS: Final = np.linspace(0.0, 1.0, 101)

COCO_POINTS: Final = (0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)
"""Nose, eyes, ears, shoulders, elbows, wrists, hips, knees and ankles among MediaPipe's 33."""

SIGMAS: Final = (
    np.array(
        [26, 25, 25, 35, 35, 79, 79, 72, 72, 62, 62, 107, 107, 87, 87, 89, 89], dtype=np.float64
    )
    / 1000
)

VISIBLE: Final = 0.5
"""A point that the model itself thinks hidden is no truth; MediaPipe draws from 0.5 on."""


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """What was found in one frame, against the truth of that frame."""

    scores: Floats
    """(n,), of what was found."""
    overlap: Floats
    """(n, m): how well each fits each of the truth, 0 to 1."""


def faces(found: Sequence[Detection], truth: Sequence[Detection]) -> Scored:
    """Return the faces of a frame, with intersection over union."""
    overlap = np.array([[one.box.iou(other.box) for other in truth] for one in found])
    return Scored(np.array([one.score for one in found]), overlap.reshape(len(found), len(truth)))


def bodies(found: Sequence[Person], truth: Sequence[Person]) -> Scored:
    """Return the people of a frame, with object key point similarity."""
    overlap = np.array([[key_point_similarity(one, other) for other in truth] for one in found])
    return Scored(np.array([one.score for one in found]), overlap.reshape(len(found), len(truth)))


def key_point_similarity(one: Person, truth: Person) -> float:
    """Return COCO's OKS over the points that are visible in the truth."""
    points, real = one.points[list(COCO_POINTS)], truth.points[list(COCO_POINTS)]
    seen = real[:, 2] >= VISIBLE
    if not seen.any():
        return 0.0
    # COCO scales by the segmented area; a body covers about half of the box about its points
    # (its own ratio for annotations without a mask: 0.53).
    extent = np.ptp(real[seen, :2], axis=0)
    area = max(0.53 * float(extent[0] * extent[1]), 1.0)
    distance = ((points[seen, :2] - real[seen, :2]) ** 2).sum(axis=1)
    return float(np.exp(-distance / (2 * area * (2 * SIGMAS[seen]) ** 2)).mean())


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """All frames of a video, matched at each threshold, best scores first."""

    frame: Floats
    """(n,): index of the frame of each thing found."""
    hit: Floats
    """(10, n): whether it is true."""
    truths: Floats
    """(frames,): how many true things each frame has."""

    def average_precision(self, weights: Floats) -> float:
        """Return the mean over thresholds, each frame counting `weights` times; NaN without truth."""
        total = float(weights @ self.truths)
        if not total:
            return float("nan")
        share = weights[self.frame.astype(int)] if len(self.frame) else np.zeros(0)
        return float(np.mean([_precision(row * share, share, total) for row in self.hit]))


def match(frames: Sequence[Scored]) -> Matched:
    """Give each thing found the best free truth of its frame, best scores first."""
    rows = [
        (score, index, place)
        for index, frame in enumerate(frames)
        for place, score in enumerate(frame.scores.tolist())
    ]
    rows.sort(key=lambda row: -row[0])
    hits = np.zeros((len(THRESHOLDS), len(rows)))
    for line, threshold in enumerate(THRESHOLDS):
        taken: set[tuple[int, int]] = set()
        for column, (_, index, place) in enumerate(rows):
            best = _free(frames[index].overlap[place], index, taken, float(threshold))
            if best is not None:
                taken.add((index, best))
                hits[line, column] = 1.0
    return Matched(
        np.array([index for _, index, _ in rows], dtype=np.float64),
        hits,
        np.array([frame.overlap.shape[1] for frame in frames], dtype=np.float64),
    )


def _free(
    overlap: Floats, index: int, taken: set[tuple[int, int]], threshold: float
) -> int | None:
    free = [t for t in range(len(overlap)) if (index, t) not in taken]
    best = max(free, key=lambda truth: float(overlap[truth]), default=None)
    # A face that is compared with itself overlaps by 1, give or take the last bit.
    return best if best is not None and overlap[best] >= threshold - 1e-9 else None


def _precision(hits: Floats, found: Floats, total: float) -> float:
    true, seen = np.cumsum(hits), np.cumsum(found)
    with np.errstate(invalid="ignore"):
        precision = np.where(seen > 0, true / seen, 0.0)
    # Precision at a recall is the best at that recall or a higher one.
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    where = np.searchsorted(true / total, RECALLS - 1e-9, side="left")
    reached = where < len(envelope)
    return (
        float(np.where(reached, envelope[np.minimum(where, len(envelope) - 1)], 0).mean())
        if (len(envelope))
        else 0.0
    )


def estimated(frames: Sequence[Scored], units: Units) -> Estimate | None:
    """Return the average precision over some frames; `units` says which belong together."""
    matched = match(frames)
    return estimate(lambda weights: matched.average_precision(weights[units.member]), units)
