"""
Which candidates of a video are too much alike.

The later of two look-alikes gives way: what an earlier subject was given never depends on a later
one.
"""

from collections.abc import Sequence
from itertools import product
from typing import Final

import numpy as np

from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Floats
from swaddle.kernel.recognition import RecognitionScale

ATTEMPTS: Final = 6
"""Each round settles at least one subject for good. After so many, the candidates are taken as they
are: they are still different people, and the report names their similarity."""

ALIKE_MARGIN: Final = 0.25
"""Deviations above the stranger mean from which two synthetic people are look-alikes. More than the
choice aims at: a near miss would not become better by trying again."""


def look_alikes(
    people: Sequence[Sequence[Floats]], groups: Sequence[AgeGroup], scale: RecognitionScale
) -> list[int]:
    """
    Return the indices of subjects one of whose people resembles one of an earlier subject's.

    `people`: for each subject the embeddings (d,) of all that may be shown in its place: the
    candidate, and who stands in for it. Who gives way is compared with nobody else: it will be
    another person next time. An embedding of zeros stands for a person that nobody will see, and
    resembles nobody.
    """
    repeated: list[int] = []
    for later in range(len(people)):
        for earlier in (e for e in range(later) if e not in repeated):
            # Of two ages, the one whose strangers are more alike decides.
            known = max(
                (scale.strangers[groups[later]], scale.strangers[groups[earlier]]),
                key=lambda s: s.mean,
            )
            limit = known.mean + ALIKE_MARGIN * known.deviation
            if any(
                float(np.dot(one, other)) > limit
                for one, other in product(people[later], people[earlier])
                if np.any(one) and np.any(other)
            ):
                repeated.append(later)
                break
    return repeated
