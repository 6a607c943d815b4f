"""Synthetic people from the face space, for rendered scenes."""

from typing import Final

import numpy as np

from swaddle.kernel.faces import AgeGroup
from swaddle.scenes.ports import Looks

from .people import draw, rebuild

STRENGTH: Final = {AgeGroup.INFANT: 0.75, AgeGroup.CHILD: 0.75, AgeGroup.ADULT: 0.95}
"""Of the detail: at 1, young faces look drawn."""


class AppearanceLooksSource:
    """Draws people as `AppearanceIdentityGenerator` does."""

    def looks(self, seed: bytes, group: AgeGroup) -> Looks:
        """Return shape and detail of the person."""
        person = rebuild(draw(seed, group, 0), group)
        return Looks(person.shape, person.texture.astype(np.float32) * STRENGTH[group])
