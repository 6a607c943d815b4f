"""Whether what moves in a face moves alike in another video."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.faces import STABLE
from swaddle.kernel.geometry import Floats, fit_similarity
from swaddle.kernel.measures import measure
from swaddle.kernel.texture_space import canonical

from .figures import Estimate
from .resampling import Units, estimate

EYES: Final = ("eye_openness_left", "eye_openness_right")
MOUTH: Final = ("mouth_openness",)
GAZE: Final = (
    *("gaze_horizontal_left", "gaze_vertical_left"),
    *("gaze_horizontal_right", "gaze_vertical_right"),
)
EXPRESSION: Final = (
    *("mouth_width", "mouth_corner_lift"),
    *("brow_height_left", "brow_height_right", "brow_gap"),
)
HEAD: Final = ("yaw", "pitch", "roll")


def in_picture(landmarks: Floats) -> Floats:
    """Return x and y of each point as signals: (n, 468, 3) -> (n, 936)."""
    return landmarks[..., :2].reshape(len(landmarks), -1).astype(np.float64)


def in_face(landmarks: Floats) -> Floats:
    """Return the same with position, size and roll of the face taken off."""
    stable = list(STABLE)
    goal = canonical()[stable, :2]
    flat = landmarks[..., :2].astype(np.float64)
    placed = [fit_similarity(face[stable], goal)(face) for face in flat]
    return np.array(placed).reshape(len(flat), -1)


def signals(landmarks: Floats, irises: Floats) -> Mapping[str, Floats]:
    """Return every measure of a face over time, (n,) each, missing ones as NaN."""
    return {name: np.asarray(v, np.float64) for name, v in measure(landmarks, irises).items()}


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """One track's signals in two videos, as sums over its units."""

    units: NDArray[np.int_]
    """(u,): which units the track has rows in."""
    rows: Floats
    """(u,): how many."""
    sums: Floats
    """(u, 5, k): of a, b, aa, bb and ab, about the means."""

    @classmethod
    def of(cls, before: Floats, after: Floats, member: NDArray[np.int_]) -> "Together":
        """Take signals (n, k) of two videos; `member` (n,) says which unit each row is in."""
        # Sums of squares about the mean, so that nothing cancels.
        a, b = before - before.mean(axis=0), after - after.mean(axis=0)
        found, place = np.unique(member, return_inverse=True)
        own = Units(place.reshape(-1), len(found))
        sums = own.sums(np.stack([a, b, a * a, b * b, a * b], axis=1))
        return cls(found, own.sums(np.ones(len(a))), sums)

    def correlation(self, weights: Floats) -> tuple[float, float]:
        """
        Return Pearson's correlation, averaged over the signals, and how many rows it counts.

        `weights` (units of the whole video,). A signal that does not move is left out; NaN where
        none moves.
        """
        drawn = weights[self.units]
        rows = float(drawn @ self.rows)
        if not rows:
            return float("nan"), 0.0
        mean_a, mean_b, aa, bb, ab = np.tensordot(drawn, self.sums, axes=1) / rows
        spread = (aa - mean_a**2) * (bb - mean_b**2)
        with np.errstate(invalid="ignore", divide="ignore"):
            each = np.where(spread > 0, (ab - mean_a * mean_b) / np.sqrt(spread), np.nan)
        moving = np.isfinite(each)
        return (float(each[moving].mean()) if moving.any() else float("nan")), rows


def correlation(tracks: Sequence[Together], units: Units) -> Estimate | None:
    """Return the correlation of all tracks, each counting by its rows."""

    def statistic(weights: Floats) -> float:
        found = np.array([track.correlation(weights) for track in tracks]).reshape(-1, 2)
        known = np.isfinite(found[:, 0]) & (found[:, 1] > 0)
        if not known.any():
            return float("nan")
        return float(np.average(found[known, 0], weights=found[known, 1]))

    return estimate(statistic, units)


def moves(before: Floats, noise: Floats) -> NDArray[np.bool_]:
    """
    Return which signals move more than a new encoding disturbs them: two (n, k) -> (k,).

    `noise` is what the re-encoded copy differs by. Below that a correlation says nothing.
    """
    moving: NDArray[np.bool_] = before.std(axis=0) > noise.std(axis=0)
    return moving


def turned(before: Floats, after: Floats) -> Floats:
    """Return the absolute difference of two angles in degrees, at most 180."""
    return np.abs((after - before + 180.0) % 360.0 - 180.0)
