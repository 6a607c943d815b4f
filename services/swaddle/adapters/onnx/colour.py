"""The step that gives a swapped face the colours of the frame."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from swaddle.kernel.geometry import Floats

from .crops import Crop

GAIN: Final = (0.5, 2.0)
"""The deviation of a channel is changed between these factors: beyond, noise becomes skin."""

FLAT: Final = 1e-3
"""Lab units of deviation below which a channel has none."""


@dataclass(frozen=True, slots=True)
class ColourStep:
    """
    Moves mean and deviation in L*a*b* to those of the frame, inside the mask.

    Reinhard, Ashikhmin, Gooch and Shirley, "Color Transfer between Images", IEEE CG&A 21(5), 2001,
    in CIE L*a*b* for their l-alpha-beta.
    """

    strength: float = 1.0
    """0 leaves the swapped face as it is."""

    @property
    def fingerprint(self) -> str:
        """How much of it is done."""
        return f"colour*{self.strength:g}"

    def __call__(self, crops: Sequence[Crop]) -> Sequence[Crop]:
        """Return the crops in the light of their frames."""
        return [replace(crop, now=self._matched(crop)) for crop in crops]

    def _matched(self, crop: Crop) -> Floats:
        wanted, spread = _moments(crop.target, crop.mask)
        mean, deviation = _moments(crop.now, crop.mask)
        gain = np.where(deviation < FLAT, 1, spread / np.maximum(deviation, FLAT))
        gain = 1 + (np.clip(gain, *GAIN) - 1) * self.strength
        moved = mean + (wanted - mean) * self.strength
        # One addition and one multiplication for each number, in single precision.
        shift = (moved - mean * gain).astype(np.float32)
        lab = cv2.cvtColor(crop.now / np.float32(255), cv2.COLOR_BGR2Lab)
        bgr = cv2.cvtColor(lab * gain.astype(np.float32) + shift, cv2.COLOR_Lab2BGR)
        return np.clip(bgr * np.float32(255), 0, 255)


def _moments(face: Floats, mask: Floats) -> tuple[Floats, Floats]:
    """Return mean and deviation of L*, a* and b* under a mask, from as many pixels as it has."""
    small = cv2.resize(face, mask.shape[::-1], interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small / np.float32(255), cv2.COLOR_BGR2Lab).reshape(-1, 3)
    weight = mask.ravel() / max(float(mask.sum()), 1e-6)
    mean = weight @ lab
    return mean, np.sqrt(weight @ (lab - mean) ** 2)
