"""
Boxes, rotated square regions and similarity transforms.

Image coordinates: x to the right, y down, in pixels; the centre of the first pixel is (0, 0).
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
"""Real numbers; which precision is an implementation's business."""


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-parallel rectangle; (x0, y0) is inside, (x1, y1) is just outside."""

    x0: float
    y0: float
    x1: float
    y1: float

    @classmethod
    def around(cls, points: Floats) -> Self:
        """Return the smallest box that holds `points` (n, at least 2 columns: x and y)."""
        low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
        return cls(float(low[0]), float(low[1]), float(high[0]), float(high[1]))

    @property
    def width(self) -> float:
        """Extent along x; never negative."""
        return max(0.0, self.x1 - self.x0)

    @property
    def height(self) -> float:
        """Extent along y; never negative."""
        return max(0.0, self.y1 - self.y0)

    @property
    def size(self) -> float:
        """The longer side."""
        return max(self.width, self.height)

    @property
    def area(self) -> float:
        """Width times height."""
        return self.width * self.height

    @property
    def center(self) -> tuple[float, float]:
        """The point where the diagonals meet."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def grown(self, factor: float, margin: float = 0.0) -> "Box":
        """Scale about the centre by `factor`, then add `margin` pixels on every side."""
        cx, cy = self.center
        half_w, half_h = self.width * factor / 2 + margin, self.height * factor / 2 + margin
        return Box(cx - half_w, cy - half_h, cx + half_w, cy + half_h)

    def clipped(self, width: int, height: int) -> "Box":
        """Return the part that lies in an image of this size (possibly empty)."""
        x0, y0 = min(max(self.x0, 0.0), width), min(max(self.y0, 0.0), height)
        return Box(x0, y0, max(x0, min(self.x1, width)), max(y0, min(self.y1, height)))

    def pixels(self, width: int, height: int, multiple: int = 1) -> tuple[int, int, int, int]:
        """
        Return whole-pixel bounds (x0, y0, x1, y1) that hold the visible part of the box, if any.

        The bounds are multiples of `multiple` where the image allows it, so that they do not
        split a chroma sample.
        """
        clip = self.clipped(width, height)
        if self.x0 >= width or self.y0 >= height:
            return width, height, width, height
        x0 = int(np.floor(clip.x0 / multiple)) * multiple
        y0 = int(np.floor(clip.y0 / multiple)) * multiple
        x1 = min(width, int(np.ceil(clip.x1 / multiple)) * multiple)
        y1 = min(height, int(np.ceil(clip.y1 / multiple)) * multiple)
        return x0, y0, x1, y1

    def intersection(self, other: "Box") -> float:
        """Return the area that both boxes share."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        return max(0.0, width) * max(0.0, height)

    def iou(self, other: "Box") -> float:
        """Return intersection over union, 0 for disjoint boxes and 1 for equal ones."""
        shared = self.intersection(other)
        union = self.area + other.area - shared
        return shared / union if union > 0 else 0.0

    def union(self, other: "Box") -> "Box":
        """Return the smallest box that holds both."""
        return Box(
            min(self.x0, other.x0),
            min(self.y0, other.y0),
            max(self.x1, other.x1),
            max(self.y1, other.y1),
        )

    def blend(self, other: "Box", weight: float) -> "Box":
        """Return the box on the way from this one (weight 0) to `other` (weight 1)."""
        a, b = self.array(), other.array()
        x0, y0, x1, y1 = (float(v) for v in a + (b - a) * weight)
        return Box(x0, y0, x1, y1)

    def array(self) -> Floats:
        """Return (x0, y0, x1, y1) as float32."""
        return np.array([self.x0, self.y0, self.x1, self.y1], np.float32)


@dataclass(frozen=True, slots=True)
class Region:
    """A square of side `size` about (cx, cy), turned by `angle` radians (clockwise on screen)."""

    cx: float
    cy: float
    size: float
    angle: float = 0.0

    def matrix(self, pixels: int) -> Floats:
        """Return the 2x3 affine map from a `pixels` x `pixels` crop to the image."""
        scale = self.size / pixels
        c, s = np.cos(self.angle) * scale, np.sin(self.angle) * scale
        # The crop's centre (in pixel-centre coordinates) falls on (cx, cy).
        middle = (pixels - 1) / 2
        return np.array(
            [
                [c, -s, self.cx - (c - s) * middle],
                [s, c, self.cy - (s + c) * middle],
            ]
        )

    def box(self) -> Box:
        """Return the upright box that holds the turned square."""
        half = self.size / 2 * (abs(np.cos(self.angle)) + abs(np.sin(self.angle)))
        return Box(self.cx - half, self.cy - half, self.cx + half, self.cy + half)


@dataclass(frozen=True, slots=True)
class Similarity:
    """The map x -> scale * (x - origin) @ rotation + target, in two or three dimensions."""

    scale: float
    rotation: Floats
    origin: Floats
    target: Floats

    def __call__(self, points: Floats) -> Floats:
        """Map points (n, d)."""
        mapped: Floats = self.scale * (points - self.origin) @ self.rotation + self.target
        return mapped

    def inverse(self, points: Floats) -> Floats:
        """Map points (n, d) back."""
        mapped: Floats = (points - self.target) @ self.rotation.T / self.scale + self.origin
        return mapped

    def turn_back(self, vectors: Floats) -> Floats:
        """Map directions (n, d) back: rotation and scale only."""
        mapped: Floats = vectors @ self.rotation.T / self.scale
        return mapped


def nearest_rotation(matrix: Floats) -> Floats:
    """Return the rotation that differs least, in squares, from a square matrix."""
    u, singular, vt = np.linalg.svd(matrix)
    rotation: Floats = u @ np.diag(_unreflected(u, singular, vt)) @ vt
    return rotation


def fit_similarity(source: Floats, target: Floats, weights: Floats | None = None) -> Similarity:
    """
    Return the similarity that maps `source` to `target` (both n, d) with least squares.

    Weighted orthogonal Procrustes analysis without reflection: Umeyama, IEEE PAMI 13(4), 1991.
    """
    w = np.ones(len(source)) if weights is None else np.asarray(weights, np.float64)
    w = w / w.sum()
    origin, goal = w @ source, w @ target
    a, b = source - origin, target - goal
    u, singular, vt = np.linalg.svd((a * w[:, None]).T @ b)
    signs = _unreflected(u, singular, vt)
    spread = float((w[:, None] * a**2).sum())
    scale = float((singular * signs).sum()) / max(spread, 1e-12)
    return Similarity(scale, u @ np.diag(signs) @ vt, np.asarray(origin), np.asarray(goal))


def _unreflected(u: Floats, singular: Floats, vt: Floats) -> Floats:
    """Return what singular values are multiplied by so that nothing is mirrored."""
    signs = np.ones(len(singular))
    signs[-1] = np.sign(np.linalg.det(u @ vt))
    return signs
