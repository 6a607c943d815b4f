"""
The track table of a segment: every face of every frame, smoothed, with what hides it and what
speaks against swapping it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.faces import ZONES
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Box, Floats
from swaddle.kernel.tables import TEXTURE_CELLS, TRACKS, assemble, select
from swaddle.kernel.texture_space import face_mask, pose, with_forehead
from swaddle.kernel.video import Layout, Segment

from .bridging import NOT_SEEN, Track
from .doubt import (
    BENT_FROM,
    HIDDEN_FROM,
    STRANGE_FROM,
    TINY_BELOW,
    TURNED_FROM,
    Doubt,
    yaw_degrees,
)
from .occlusion import hidden_points, hull_masks, occlusion, steady
from .reference import Reference
from .rows import Rows
from .smoothing import CONTEXT, Motion, smooth

HEAD_GROWTH: Final = 1.3
"""A cover hides the head's box, grown by so much (DESIGN 6)."""

STEADY: Final = 1
"""Frames on either side that the masks are steadied with."""

NO_LENSES: Final = np.zeros((TEXTURE_CELLS, TEXTURE_CELLS), np.uint8)


@dataclass(frozen=True, slots=True)
class Drawer:
    """Draws track tables."""

    rows: Rows
    tracks: Sequence[Track]
    references: Sequence[Reference | None]
    """One for each track."""
    layout: Layout

    def table(self, segment: Segment) -> Mapping[str, NDArray[Any]]:
        """Return the rows of one segment, by frame, then track."""
        drawn: list[dict[str, Any]] = []
        for number in range(len(self.tracks)):
            drawn += self._draw(number, segment)
        table = assemble(drawn, TRACKS)
        return select(table, np.lexsort((table["track"], table["frame"])))

    def _draw(self, number: int, segment: Segment) -> list[dict[str, Any]]:
        track = self.tracks[number]
        inside = np.flatnonzero(
            (track.frame >= segment.first_frame) & (track.frame <= segment.last_frame)
        )
        if len(inside) == 0:
            return []
        low = max(0, int(inside[0]) - CONTEXT - STEADY)
        high = min(len(track.frame), int(inside[-1]) + 1 + CONTEXT + STEADY)
        rows = self.rows.of(track.entry[low:high])
        # For its motion a face is followed beyond the segment, for what hides it hardly.
        shown = range(max(0, int(inside[0]) - STEADY - low), int(inside[-1]) + 1 + STEADY - low)
        view = _view(rows, self.references[number], shown)
        return [self._row(number, at, rows, view, low) for at in inside.tolist()]

    def _row(
        self,
        number: int,
        at: int,
        rows: dict[str, NDArray[Any]],
        view: "_View",
        low: int,
    ) -> dict[str, Any]:
        track, reference, index = self.tracks[number], self.references[number], at - low
        frame = int(track.frame[at])
        known = bool(view.motion.known[index])
        landmarks = view.motion.landmarks[index]
        mask = view.masks[index]
        occluded = _occluded(mask, reference) if known else 0.0
        pts = self.layout.timestamps[frame]
        return {
            "frame": frame,
            "pts": pts,
            "time_s": float(pts * self.layout.profile.time_base),
            "track": number,
            "source": track.source[at],
            "score": rows["score"][index],
            "presence": rows["presence"][index],
            "box": Box.around(landmarks).array() if known else track.box[at],
            "head": _head(track.box[at], landmarks if known else None, track.uncertainty[at]),
            "meshed": known,
            "landmarks": landmarks,
            "irises": rows["irises"][index],
            "occlusion": _unpainted(mask, reference),
            "lenses": NO_LENSES if reference is None else reference.lenses,
            "shape": np.zeros((468, 3)) if reference is None else reference.shape,
            "contrast": np.zeros(ZONES) if reference is None else reference.contrast,
            "occluded": occluded,
            "sharpness": rows["sharpness"][index],
            "doubt": _doubt(track.entry[at] != NOT_SEEN, view, index, occluded),
        }


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """One face over consecutive frames."""

    motion: Motion
    masks: Floats
    """(n, 48, 48): what hides it."""
    unexplained: Floats
    """(n,): share of the face that looks different for no known reason."""


def _view(rows: dict[str, NDArray[Any]], reference: Reference | None, shown: range) -> _View:
    """Return what is known of a face; what hides it, of the rows that are `shown`."""
    count = len(rows["meshed"])
    masks = np.zeros((count, TEXTURE_CELLS, TEXTURE_CELLS))
    unexplained = np.zeros(count)
    if reference is None:
        unknown = Motion(np.zeros((count, 468, 3)), np.zeros(count, bool), np.full(count, np.inf))
        return _View(unknown, masks, unexplained)
    hands = hull_masks(rows)
    motion = smooth(rows, hidden_points(hands, rows), reference)
    seen = np.flatnonzero(motion.known & rows["meshed"])
    for index in seen[np.isin(seen, shown)].tolist():
        found = occlusion(
            rows["crop"][index],
            rows["region"][index],
            motion.landmarks[index],
            hands[index],
            reference,
        )
        masks[index], unexplained[index] = found.mask, found.unexplained
    return _View(motion, steady(masks), unexplained)


def _occluded(mask: Floats, reference: Reference | None) -> float:
    """Return the share of a face that is hidden, of what neither hair nor dark glasses cover."""
    face = face_mask(TEXTURE_CELLS)
    bare = face if reference is None else face & (reference.stays == 0)
    return float(mask[bare].mean())


def _unpainted(mask: Floats, reference: Reference | None) -> Image:
    """Return what is in front of a face, and what stays of it: (48, 48) of 255."""
    hidden = np.round(mask * 255).astype(np.uint8)
    return hidden if reference is None else np.maximum(hidden, reference.stays)


def _doubt(seen: bool, view: _View, index: int, occluded: float) -> int:  # noqa: FBT001
    motion = view.motion
    if not motion.known[index]:
        return int(Doubt.NO_MESH if seen else Doubt.NO_MESH | Doubt.NOT_SEEN)
    landmarks = motion.landmarks[index]
    deviation = motion.deviation[index]
    checks = {
        Doubt.NOT_SEEN: not seen,
        Doubt.NO_MESH: not np.isfinite(deviation),
        Doubt.BENT: np.isfinite(deviation) and deviation > BENT_FROM,
        Doubt.HIDDEN: occluded > HIDDEN_FROM,
        Doubt.STRANGE: view.unexplained[index] > STRANGE_FROM,
        Doubt.TINY: Box.around(landmarks).size < TINY_BELOW,
        Doubt.TURNED: yaw_degrees(pose(landmarks).rotation) > TURNED_FROM,
    }
    return sum(int(doubt) for doubt, present in checks.items() if present)


def _head(box: Floats, landmarks: Floats | None, uncertainty: float) -> Floats:
    """Return what a cover has to hide: box and forehead, grown, plus what may be off."""
    x0, y0, x1, y1 = (float(v) for v in box)
    head = Box(x0, y0, x1, y1)
    if landmarks is not None:
        head = head.union(Box.around(with_forehead(landmarks, pose(landmarks))))
    return head.grown(HEAD_GROWTH, float(uncertainty)).array()
