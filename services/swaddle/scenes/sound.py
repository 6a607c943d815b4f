"""Sound for scenes: two voices that hum, one on each side."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 48_000
"""Samples per second."""
TONES: Final = (220.0, 330.0)
"""Hertz, left and right."""
LOUDNESS: Final = 6000
"""Of 32,767."""


def hum(seconds: float) -> NDArray[np.int16]:
    """Return two tones that swell and fade: (samples, 2)."""
    time = np.arange(round(seconds * RATE)) / RATE
    swell = 0.5 - 0.5 * np.cos(2 * np.pi * 0.5 * time)
    voices = [np.sin(2 * np.pi * tone * time) * swell for tone in TONES]
    return np.asarray(np.column_stack(voices) * LOUDNESS, np.int16)
