"""Where in a picture something is that hides a part of a face, or stays of it."""

import cv2
import numpy as np

from .frames import Image
from .geometry import Floats
from .tables import TEXTURE_CELLS
from .texture_space import cell_centres


def occluders(landmarks: Floats, hidden: Image, shape: tuple[int, int], above: int = 0) -> Image:
    """
    Return where that is in a picture of a shape, a cell's width more: (h, w), 0 or 255.

    `landmarks` (468, 3) in its pixels; `hidden` (48, 48): the cells of the face of which it is more than
    `above`, of 255.
    """
    mask = np.zeros(shape, np.uint8)
    rows, columns = np.nonzero(hidden > above)
    if len(rows) == 0:
        return mask
    centres = cell_centres(landmarks, TEXTURE_CELLS)[rows, columns]
    reach = max(2, round(1.5 * float(np.ptp(landmarks[:, 1])) / TEXTURE_CELLS))
    for x, y in centres.round().astype(int).tolist():
        cv2.circle(mask, (x, y), reach, 255, -1)
    return mask
