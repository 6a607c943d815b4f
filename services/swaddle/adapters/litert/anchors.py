"""
Single-shot detectors: boxes and points relative to a fixed grid of anchors.

MediaPipe's SsdAnchorsCalculator and TensorsToDetectionsCalculator, with fixed anchor sizes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from swaddle.kernel.geometry import Floats

from .interpreter import sigmoid


@dataclass(frozen=True, slots=True)
class Proposals:
    """What is left after suppression, in fractions of the picture's side."""

    boxes: Floats
    """(n, 4): x0, y0, x1, y1."""
    scores: Floats
    """(n,): 0..1."""
    points: Floats
    """(n, k, 2)."""


def grid(layers: Sequence[tuple[int, int]]) -> Floats:
    """Return anchor centres (n, 2) in 0..1. `layers`: cells on each side, anchors in each cell."""
    anchors = []
    for cells, repeats in layers:
        centres = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        y, x = np.meshgrid(centres, centres, indexing="ij")
        anchors.append(np.repeat(np.column_stack([x.ravel(), y.ravel()]), repeats, axis=0))
    return np.concatenate(anchors)


def decode(
    raw: Floats, logits: Floats, anchors: Floats, side: int, threshold: float, overlap: float
) -> Proposals:
    """
    Return what scores above `threshold`, without what overlaps something better by `overlap`.

    `raw` (n, 4 + 2k) in pixels: centre relative to the anchor, size, points relative to the anchor.
    """
    scores = sigmoid(logits.reshape(-1))
    chosen = scores > threshold
    raw, scores, centres = raw[chosen] / side, scores[chosen], anchors[chosen]
    middle, extent = raw[:, :2] + centres, raw[:, 2:4]
    boxes = np.concatenate([middle - extent / 2, middle + extent / 2], axis=1)
    points = raw[:, 4:].reshape(len(raw), (raw.shape[1] - 4) // 2, 2) + centres[:, None]
    corners = np.concatenate([middle - extent / 2, extent], axis=1)
    keep = cv2.dnn.NMSBoxes(corners.tolist(), scores.tolist(), threshold, overlap)
    order = np.asarray(keep, np.int64).reshape(-1)
    return Proposals(boxes[order], scores[order], points[order])
