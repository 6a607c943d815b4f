"""
Ways to hide a head without putting another one in its place. All of them destroy pixels.

A Gaussian of a twentieth of the face's width was re-identified at 65 % rank 1 among 57 faces, one
of a fifth at 5 %, where chance is 1.8 % (DESIGN 6): so what is shown comes from a few cells.
"""

from typing import Final

import cv2
import numpy as np

from swaddle.kernel.frames import Frame, Image, Patch
from swaddle.kernel.geometry import Box, Floats

COVER_CELLS: Final = 4
BLUR_CELLS: Final = 6
PIXELATE_CELLS: Final = 6

PER_CELL: Final = 16
"""Pixels on each side of a cell of which its mean is taken: more tell nothing more."""

FINER: Final = 16
"""Colours on each side of a cell that curves are drawn through; between them straight lines, which are
off by a grey level at most and take half the time."""

FEATHER: Final = 0.04
"""Width of the soft border, outside the hidden box, in sides of the box."""


def cover(frame: Frame, head: Box) -> Patch | None:
    """Return at most 4 x 4 mean colours, smoothed."""
    return _from_cells(frame, head, COVER_CELLS, cv2.INTER_CUBIC)


def blur(frame: Frame, head: Box) -> Patch | None:
    """Return at most 6 x 6 mean colours, smoothed."""
    return _from_cells(frame, head, BLUR_CELLS, cv2.INTER_CUBIC)


def pixelate(frame: Frame, head: Box) -> Patch | None:
    """Return at most 6 x 6 mean colours as squares."""
    return _from_cells(frame, head, PIXELATE_CELLS, cv2.INTER_NEAREST)


def blackout(frame: Frame, head: Box) -> Patch | None:
    """Return black."""
    place = _place(frame, head)
    if place is None:
        return None
    x0, y0, x1, y1 = place
    alpha = _soft(head, place)
    return Patch(x0, y0, np.zeros((y1 - y0, x1 - x0, 3), np.float32), alpha)


def _from_cells(frame: Frame, head: Box, cells: int, mode: int) -> Patch | None:
    place = _place(frame, head)
    if place is None:
        return None
    x0, y0, x1, y1 = place
    width, height = x1 - x0, y1 - y0
    # Never more cells than pixels, and never more than allowed on either side.
    size = (min(cells, width), min(cells, height))
    seen = _shrunk(frame, place, cells * PER_CELL).astype(np.float32)
    means = cv2.resize(seen, size, interpolation=cv2.INTER_AREA)
    if mode == cv2.INTER_CUBIC:
        finer = (min(width, FINER * size[0]), min(height, FINER * size[1]))
        means = np.clip(cv2.resize(means, finer, interpolation=cv2.INTER_CUBIC), 0, 255)
        mode = cv2.INTER_LINEAR
    return Patch(
        x0, y0, cv2.resize(means, (width, height), interpolation=mode), _soft(head, place)
    )


def _shrunk(frame: Frame, place: tuple[int, int, int, int], side: int) -> Image:
    """Return the pixels of a place in BGR, on neither side more than so many."""
    x0, y0, x1, y1 = place
    width, height = min(x1 - x0, side), min(y1 - y0, side)
    fx, fy = (x1 - x0) / width, (y1 - y0) / height
    matrix = np.array([[fx, 0.0, x0 + (fx - 1) / 2], [0.0, fy, y0 + (fy - 1) / 2]])
    return frame.view(matrix, width, height)


def _place(frame: Frame, head: Box) -> tuple[int, int, int, int] | None:
    """Return the whole pixels of the box with its soft border, or None outside the frame."""
    if head.clipped(frame.width, frame.height).area <= 0:
        return None
    feather = max(1.0, FEATHER * head.size)
    place = head.grown(1.0, feather).pixels(frame.width, frame.height)
    return place if place[2] > place[0] and place[3] > place[1] else None


def _soft(head: Box, place: tuple[int, int, int, int]) -> Floats:
    """Return 1 on the whole box, fading outside of it: (h, w)."""
    x0, y0, x1, y1 = place
    feather = max(1.0, FEATHER * head.size)
    x, y = np.arange(x0, x1), np.arange(y0, y1)
    # A pixel that the box touches at all is hidden completely.
    across = np.maximum(np.maximum(head.x0 - x - 1, x - head.x1), 0) / feather
    down = np.maximum(np.maximum(head.y0 - y - 1, y - head.y1), 0) / feather
    squares = [(apart * apart).astype(np.float32) for apart in (across, down)]
    return np.maximum(1 - np.sqrt(squares[0][None, :] + squares[1][:, None]), 0)
