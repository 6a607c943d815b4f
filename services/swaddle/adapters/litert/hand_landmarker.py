"""
MediaPipe's palm detector and hand landmark model.

Zhang et al., "MediaPipe Hands: On-device Real-time Hand Tracking", 2020.
"""

from pathlib import Path
from typing import Final

import numpy as np

from swaddle.kernel.faces import Hand
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Floats, Region
from swaddle.kernel.tables import HAND_POINTS, HANDS

from .anchors import decode, grid
from .interpreter import LitertModel

ANCHORS: Final = ((24, 2), (12, 6))
OVERLAP: Final = 0.3
THRESHOLD: Final = 0.4
"""Score of the palm from which the hand model looks: its own score decides then."""
WRIST: Final = 0
MIDDLE_KNUCKLE: Final = 2

# MediaPipe's palm_detection_detection_to_roi: 2.6 times the palm, moved half a palm to the fingers.
HAND_SCALE: Final = 2.6
HAND_SHIFT: Final = 0.5


class LitertHandLandmarker:
    """Finds hands in a part of a frame, on the CPU."""

    def __init__(
        self, palm: Path, hand: Path, threshold: float = THRESHOLD, threads: int = 1
    ) -> None:
        self._palm = LitertModel(palm, threads)
        self._hand = LitertModel(hand, threads)
        self._threshold = threshold
        self._anchors = grid(ANCHORS)

    def hands(self, frame: Frame, region: Region) -> tuple[Hand, ...]:
        """Return at most two hands in this part of the frame, in its pixels."""
        side = self._palm.side
        matrix = region.matrix(side)
        outputs = self._palm(frame.view(matrix, side, side))
        found = decode(
            outputs["Identity"],
            outputs["Identity_1"],
            self._anchors,
            side,
            self._threshold,
            OVERLAP,
        )
        hands = []
        for box, points in zip(found.boxes[:HANDS], found.points[:HANDS], strict=True):
            pixels = points * side @ matrix[:, :2].T + matrix[:, 2]
            centre = (box[:2] + box[2:]) / 2 * side @ matrix[:, :2].T + matrix[:, 2]
            size = float((box[2:] - box[:2]).max()) * region.size
            hands.append(self._skeleton(frame, _hand_region(pixels, centre, size)))
        return tuple(hands)

    def _skeleton(self, frame: Frame, region: Region) -> Hand:
        side = self._hand.side
        matrix = region.matrix(side)
        outputs = self._hand(frame.view(matrix, side, side))
        points = outputs["Identity"].reshape(HAND_POINTS, 3)[:, :2]
        placed = points @ matrix[:, :2].T + matrix[:, 2]
        return Hand(placed.astype(np.float32), float(outputs["Identity_1"].reshape(-1)[0]))


def _hand_region(points: Floats, centre: Floats, size: float) -> Region:
    """Return a square about the whole hand, turned so that the fingers point up."""
    along = points[MIDDLE_KNUCKLE] - points[WRIST]
    angle = float(np.arctan2(along[0], -along[1]))
    cx = float(centre[0] + HAND_SHIFT * size * np.sin(angle))
    cy = float(centre[1] - HAND_SHIFT * size * np.cos(angle))
    return Region(cx, cy, HAND_SCALE * size, angle)
