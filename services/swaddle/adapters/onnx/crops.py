"""An aligned face on its way through the steps of a swap."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.frames import Frame, Patch
from swaddle.kernel.geometry import Box, Floats

from .alignment import Square, placed, resampled, softly_resampled

MARGIN: Final = 5.0
"""Pixels of the frame around a crop that Lanczos' kernel reaches."""

LEAST: Final = 1 / 255
"""Weights that differ from 0 or 1 by less change no pixel by more than a level: they are 0 or 1."""

BLACK: Final = 2.0
"""Grey levels: a crop that is nowhere brighter is what a network gives that overflowed."""


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """A face as it is in the frame, and what has become of it. Colours: BGR, 0..255, float32."""

    frame: Frame
    points: Floats
    """(5, 2), in frame pixels."""
    square: Square
    """The part of the frame that the pictures below show, each at its own resolution."""
    target: Floats
    """(t, t, 3): what the frame shows."""
    now: Floats
    """(n, n, 3): what it is to show."""
    mask: Floats
    """(m, m): 1 where it is to show that, 0 where it stays as it is."""
    source: NDArray[np.float32]
    """The synthetic person, as the family's network wants it."""

    def shown(self, square: Square, side: int) -> Floats:
        """Return another square (side, side, 3), with what has become of the face in it."""
        around = glanced(self.frame, square, side)
        inner = square.onto(side, self.square, self.now.shape[0])
        weight = square.onto(side, self.square, self.mask.shape[0])
        face = np.clip(resampled(self.now, inner, side, side), 0, 255)
        alpha = softly_resampled(self.mask, weight, side, side)
        return around + (face - around) * alpha[..., None]

    def laid_over(self, picture: Floats, square: Square, weight: Floats) -> Floats:
        """
        Return the face with a picture of another square over it.

        `weight` (w, w) of the picture, 0 at its border. The result is as fine as the finer of both.
        """
        side = max(self.now.shape[0], picture.shape[0])
        now = self.now
        if now.shape[0] < side:
            now = cv2.resize(now, (side, side), interpolation=cv2.INTER_CUBIC)
        onto = self.square.onto(side, square, picture.shape[0])
        over = np.clip(resampled(picture, onto, side, side), 0, 255)
        onto = self.square.onto(side, square, weight.shape[0])
        alpha = softly_resampled(weight, onto, side, side)
        return now + (over - now) * alpha[..., None]


class Step(Protocol):
    """One thing that is done with aligned faces; many at once, so that networks run in batches."""

    @property
    def fingerprint(self) -> str:
        """What it does, with every number that changes it."""
        ...

    def __call__(self, crops: Sequence[Crop]) -> Sequence[Crop]:
        """Return what becomes of each."""
        ...


def sound(crop: Crop) -> bool:
    """Tell a face from what a network gives that failed: not a number, or black."""
    pixels = crop.now
    return bool(
        np.isfinite(pixels).all() and np.isfinite(crop.mask).all() and pixels.max() > BLACK
    )


def cropped(frame: Frame, square: Square, side: int) -> Floats:
    """Return a square of a frame: (side, side, 3) BGR, 0..255, float32."""
    corners = square.corners
    low, high = corners.min(axis=0) - MARGIN, corners.max(axis=0) + MARGIN
    bounds = _not_empty(Box(low[0], low[1], high[0], high[1]).pixels(frame.width, frame.height))
    matrix = square.matrix(side)
    matrix[:, 2] -= bounds[:2]
    region = frame.bgr(bounds).astype(np.float32)
    return np.clip(resampled(region, matrix, side, side), 0, 255)


def glanced(frame: Frame, square: Square, side: int) -> Floats:
    """Return the same for networks that only look: by linear sampling, in a third of the time."""
    return frame.view(square.matrix(side), side, side).astype(np.float32)


def pasted(crop: Crop) -> Patch | None:
    """Return the face where it belongs in the frame; None where nothing of it lies there."""
    bounds = _bounds(crop)
    if bounds is None:
        return None
    x0, y0, x1, y1 = bounds

    def there(side: int) -> Floats:
        matrix = crop.square.from_picture(side)
        matrix[:, 2] += matrix[:, :2] @ np.array([x0, y0])
        return matrix

    size = x1 - x0, y1 - y0
    alpha = softly_resampled(crop.mask, there(crop.mask.shape[0]), *size)
    alpha[alpha < LEAST] = 0
    # Nothing of the real face is mixed in where it is replaced.
    alpha[alpha > 1 - LEAST] = 1
    if not alpha.any():
        return None
    face = np.clip(resampled(crop.now, there(crop.now.shape[0]), *size), 0, 255)
    return Patch(x0, y0, face, alpha)


def planes(
    given: Floats, mean: tuple[float, ...], deviation: tuple[float, ...]
) -> NDArray[np.float32]:
    """Return BGR in 0..255 as a network takes it: (3, h, w), RGB, (0..1 - mean) / deviation."""
    taken = np.empty((3, *given.shape[:2]), np.float32)
    for plane, layer, middle, spread in zip(
        taken, reversed(cv2.split(given)), mean, deviation, strict=True
    ):
        np.multiply(layer, np.float32(1 / (255 * spread)), out=plane)
        np.subtract(plane, np.float32(middle / spread), out=plane)
    return taken


def picture(
    given: NDArray[np.float32], mean: tuple[float, ...], deviation: tuple[float, ...]
) -> Floats:
    """Return what a network gives as BGR in 0..255: (h, w, 3); what is no number stays none."""
    layers = [
        np.clip(plane * np.float32(255 * spread) + np.float32(255 * middle), 0, 255)
        for plane, middle, spread in zip(given, mean, deviation, strict=True)
    ]
    return cv2.merge(layers[::-1])


def _bounds(crop: Crop) -> tuple[int, int, int, int] | None:
    """Return the pixels of the frame in which the mask may be more than 0."""
    rows, columns = (np.flatnonzero(crop.mask.max(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return None
    side = crop.mask.shape[0]
    low, high = np.array([columns[0], rows[0]]) - 1, np.array([columns[-1], rows[-1]]) + 1
    corners = np.array([low, [high[0], low[1]], high, [low[0], high[1]]], np.float64)
    box = Box.around(placed(corners, crop.square.matrix(side)))
    bounds = box.grown(1.0, 1.0).pixels(crop.frame.width, crop.frame.height)
    return bounds if bounds[2] > bounds[0] and bounds[3] > bounds[1] else None


def _not_empty(bounds: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Let a square outside the frame see the pixels at its border."""
    x0, y0, x1, y1 = bounds
    left, top = min(x0, max(x1 - 1, 0)), min(y0, max(y1 - 1, 0))
    return left, top, max(x1, left + 1), max(y1, top + 1)
