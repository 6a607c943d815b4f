"""Contact sheets: what to look at with one's own eyes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from swaddle.evaluation.assessing import Material
from swaddle.kernel.frames import Image

EVERY: Final = 25
"""Frames between two rows."""
SIDE: Final = 220
MOST_FACES: Final = 4


def sheet(original: Path, output: Path, material: Material) -> bytes:
    """Return a PNG: original and output beside each other, the faces enlarged behind them."""
    rows = [
        _row(number, pair, material)
        for number, pair in enumerate(zip(_pictures(original), _pictures(output), strict=False))
        if number % EVERY == 0
    ]
    width = max(row.shape[1] for row in rows)
    padded = [
        cv2.copyMakeBorder(r, 2, 2, 0, width - r.shape[1], cv2.BORDER_CONSTANT) for r in rows
    ]
    _, encoded = cv2.imencode(".png", np.vstack(padded))
    return encoded.tobytes()


def _pictures(path: Path) -> Iterator[Image]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def _row(number: int, pair: tuple[Image, Image], material: Material) -> NDArray[np.uint8]:
    small = [
        cv2.resize(one, (round(one.shape[1] * SIDE / one.shape[0]), SIDE), interpolation=3)
        for one in pair
    ]
    cv2.putText(small[0], str(number), (4, 16), 0, 0.5, (0, 255, 255), 1)
    original = material.original
    faces = np.flatnonzero((original.frame == number) & original.found)[:MOST_FACES]
    for face in faces.tolist():
        points = original.landmarks[face, :, :2]
        middle, size = points.mean(axis=0), 1.5 * float(np.ptp(points, axis=0).max())
        corner = middle - size / 2
        matrix = np.array([[SIDE / size, 0, 0], [0, SIDE / size, 0]], np.float64)
        matrix[:, 2] = -corner * SIDE / size
        small += [cv2.warpAffine(one, matrix, (SIDE, SIDE)) for one in pair]
    return np.asarray(np.hstack(small), np.uint8)
