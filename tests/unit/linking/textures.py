"""What a camera sees of rendered people's faces, cell by cell."""

from dataclasses import replace
from typing import Any

import numpy as np

from swaddle.kernel.geometry import Floats
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import SIDE, pose, unwrap, with_forehead
from tests.unit.scenes.people import key, picture_of, somebody

Colour = tuple[int, int, int]

PALE, TAN, DARK = (150, 175, 220), (122, 152, 205), (45, 65, 105)
ROWS = (np.arange(TEXTURE_CELLS)[:, None] + 0.5) * SIDE / TEXTURE_CELLS * np.ones(TEXTURE_CELLS)


def seen(seed: int, yaw: float, **looks: Any) -> Floats:  # noqa: ANN401 - of any field
    """Return the colours of somebody's face, (48, 48, 3); `looks`: fields of Actor."""
    actor = replace(somebody(key(yaw=yaw), seed=bytes([seed]) * 32), **looks)
    moment = picture_of(actor, size=(480, 480))
    landmarks = moment.faces[0].landmarks
    points = with_forehead(landmarks, pose(landmarks))
    return np.asarray(unwrap(moment.picture, points, TEXTURE_CELLS), np.float64)
