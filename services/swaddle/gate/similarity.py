"""What the recogniser makes of sampled faces, before and after: a hint, not a proof."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.findings import SubjectFigures
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import Plan, track_number
from swaddle.kernel.portraits import cut_out
from swaddle.kernel.ports import FaceEmbedder
from swaddle.kernel.recognition import RecognitionScale
from swaddle.kernel.tables import SIMILARITIES, column, of_width


def embed_pair(
    original: Frame, output: Frame, real: Floats, synthetic: Floats, embedder: FaceEmbedder
) -> tuple[Floats, Floats]:
    """Return the vectors of one face before and after: (d,) each."""
    before, after = embedder.embed([cut_out(original, real), cut_out(output, synthetic)])
    return before, after


def figures(
    plan: Plan, rows: Mapping[str, NDArray[Any]], scale: RecognitionScale
) -> tuple[SubjectFigures, ...]:
    """Return the figures of each subject from all samples of a video."""
    schema = of_width(SIMILARITIES, scale.width)
    tracks = column(rows, "track", schema)
    before = column(rows, "original", schema)
    after = column(rows, "output", schema)
    members = [
        np.isin(tracks, [track_number(t.track_id) for t in subject.tracks])
        for subject in plan.subjects
    ]
    result = []
    for index, subject in enumerate(plan.subjects):
        mine = members[index]
        others = [after[m] for i, m in enumerate(members) if i != index and m.any()]
        known = scale.strangers[subject.age_group]
        result.append(
            SubjectFigures(
                subject_id=subject.subject_id,
                age_group=subject.age_group.value,
                samples=int(mine.sum()),
                to_source=_rounded((before[mine] * after[mine]).sum(axis=1)),
                within_output=_rounded(_pairs(after[mine])),
                within_source=_rounded(_pairs(before[mine])),
                to_other_subjects=_largest(after[mine], others),
                stranger_mean=known.mean,
                stranger_deviation=known.deviation,
            )
        )
    return tuple(result)


def _pairs(vectors: Floats) -> Floats:
    return (vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]


def _largest(mine: Floats, others: Sequence[Floats]) -> float | None:
    means = [float((mine @ other.T).mean()) for other in others] if len(mine) else []
    return round(max(means), 4) if means else None


def _rounded(values: Floats) -> float | None:
    return round(float(values.mean()), 4) if len(values) else None
