"""
Which candidates of a video are too much alike.

The later of two look-alikes gives way: what an earlier subject was given never depends on a later
one.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Floats
from swaddle.kernel.recognition import RecognitionScale

from .choosing import ALIKE_MARGIN

ATTEMPTS: Final = 4
"""After so many, the candidates are taken as they are: they are still different people, and the
report names their similarity."""


def look_alikes(
    embeddings: Sequence[Floats], groups: Sequence[AgeGroup], scale: RecognitionScale
) -> list[int]:
    """Return the indices of subjects whose candidate resembles that of an earlier subject."""
    repeated: list[int] = []
    for later in range(len(embeddings)):
        for earlier in range(later):
            # Of two ages, the one whose strangers are more alike decides.
            known = max(
                (scale.strangers[groups[later]], scale.strangers[groups[earlier]]),
                key=lambda s: s.mean,
            )
            limit = known.mean + ALIKE_MARGIN * known.deviation
            if float(np.dot(embeddings[later], embeddings[earlier])) > limit:
                repeated.append(later)
                break
    return repeated
