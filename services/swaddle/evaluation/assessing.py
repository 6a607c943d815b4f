"""Every figure of one pair of videos, from what was seen in both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.geometry import Floats
from swaddle.kernel.recognition import RecognitionScale

from . import likeness, precision, trajectories
from .figures import Estimate
from .pairing import Paired
from .reference import Who
from .resampling import Units, estimate, mean
from .watching import Seen

SMALLEST: Final = 48.0
"""Pixels: trajectories are taken on faces of at least this size."""

SHORTEST: Final = 10
"""Frames: a correlation over fewer is chance."""

WHITE: Final = 255.0
LEAST_ERROR: Final = 1e-6
"""Mean squared error of pictures that are equal: 108 dB, instead of infinitely many."""

STANDS: Final = 0.1
"""Share of the original's movement below which a face stands still."""

MOVES: Final = 2.0
"""Grey levels that a face's picture of 48 x 48 cells differs by from one frame to the next where
it moves: what an encoder leaves of a still face stays below 1."""

Figures = Mapping[str, Estimate | None]


@dataclass(frozen=True, slots=True)
class Version:
    """A video beside the original."""

    seen: Seen
    paired: Paired


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What all versions are measured against."""

    original: Seen
    copy: Seen
    """The original, only encoded again."""
    who: Who
    scale: RecognitionScale
    gallery: Floats | None
    """(m, d): people who are in no video; None where there are none for this recogniser."""
    times: Floats
    """When each frame of the original is shown, in seconds."""


def assess(material: Material, version: Version) -> Figures:
    """Return every figure that the pictures give; None where they do not tell."""
    return {
        **_identity(material, version.seen),
        **_coverage(material.original, version),
        **_trajectories(material, version.seen),
        **_precision(material, version.seen),
        "flicker": _flicker(material.original, version.seen),
        **_picture(material, version.paired),
    }


def _identity(material: Material, seen: Seen) -> Figures:
    who, scale = material.who, material.scale
    faces = likeness.Faces.of(material.original, seen, who, scale.width)
    return {
        "similarity_to_source": likeness.to_source(faces),
        "same_person": likeness.same_person(faces),
        "strangers": likeness.strangers(faces, who, scale),
        "reidentified_first": likeness.reidentified(faces, material.gallery),
        "constancy": likeness.constancy(faces, who, scale),
        "between_subjects": likeness.between_subjects(faces),
    }


def _coverage(original: Seen, version: Version) -> Figures:
    seen, paired = version.seen, version.paired
    large = original.found & (original.size >= SMALLEST)
    units = Units.of(original.track[large], original.time_s[large])
    still = _stands(original.moved, seen.moved)
    still |= _stands(original.moved_in_place, seen.moved_in_place)
    return {
        "exposed_faces": _count(paired.exposed),
        "longest_exposure": Estimate(
            value=float(longest_run(original.track, original.frame, paired.exposed)),
            rows=len(paired.exposed),
        ),
        "faces_kept": mean(seen.found[large].astype(np.float64), units),
        "frozen_frames": _count(paired.frozen),
        "frozen_faces": _count(still),
        "black_frames": _count(paired.black),
    }


def _stands(before: Floats, after: Floats) -> NDArray[np.bool_]:
    """Return where a face stands still and the original's moves; NaN is no movement."""
    with np.errstate(invalid="ignore"):
        still: NDArray[np.bool_] = (before >= MOVES) & (after <= STANDS * before)
    return still


def longest_run(
    tracks: NDArray[np.int_], frames: NDArray[np.int_], chosen: NDArray[np.bool_]
) -> int:
    """Return the most frames in a row in which one track is chosen."""
    longest = 0
    for track in np.unique(tracks[chosen]).tolist():
        own = np.sort(frames[(tracks == track) & chosen])
        breaks = np.flatnonzero(np.diff(own) > 1)
        edges = np.concatenate([[-1], breaks, [len(own) - 1]])
        longest = max(longest, int(np.diff(edges).max()))
    return longest


def _trajectories(material: Material, seen: Seen) -> Figures:
    tracks = list(_comparable(material, seen))
    rows = np.concatenate(tracks) if tracks else np.zeros(0, int)
    original = material.original
    units = Units.of(original.track[rows], original.time_s[rows])
    places = np.split(units.member, np.cumsum([len(t) for t in tracks])[:-1]) if tracks else []
    before, copy, after = (
        [_Signals.of(video, track) for track in tracks]
        for video in (original, material.copy, seen)
    )

    def together(kind: str, names: Sequence[str] = ()) -> Estimate | None:
        found = [
            trajectories.Together.of(a[:, moving], b[:, moving], place)
            for one, noisy, other, place in zip(before, copy, after, places, strict=True)
            for a, c, b in [
                _clean(*(signal.of_kind(kind, names) for signal in (one, noisy, other)))
            ]
            for moving in [trajectories.moves(a, c - a)]
            if moving.any()
        ]
        return trajectories.correlation(found, units)

    def apart(names: Sequence[str]) -> Estimate | None:
        pairs = zip(before, after, strict=True)
        values = [
            trajectories.turned(a.of_kind("measures", names), b.of_kind("measures", names))
            for a, b in pairs
        ]
        if not values:
            return None
        joined = np.concatenate(values)
        known = np.isfinite(joined).all(axis=1)
        each = joined[known].mean(axis=1)
        return mean(each, Units(units.member[known], units.count))

    return {
        "landmark_correlation": together("picture"),
        "landmark_correlation_in_face": together("face"),
        "head_pose_difference": apart(trajectories.HEAD),
        "eye_openness_correlation": together("measures", trajectories.EYES),
        "mouth_openness_correlation": together("measures", trajectories.MOUTH),
        "gaze_correlation": together("measures", trajectories.GAZE),
        "gaze_difference": apart(trajectories.GAZE),
        "expression_correlation": together("measures", trajectories.EXPRESSION),
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Signals:
    """The signals of one track in one video."""

    picture: Floats
    face: Floats
    measures: Mapping[str, Floats]

    @classmethod
    def of(cls, video: Seen, rows: NDArray[np.int_]) -> "_Signals":
        landmarks = video.landmarks[rows]
        return cls(
            trajectories.in_picture(landmarks),
            trajectories.in_face(landmarks),
            trajectories.signals(landmarks, video.irises[rows]),
        )

    def of_kind(self, kind: str, names: Sequence[str]) -> Floats:
        if kind == "measures":
            return np.column_stack([self.measures[name] for name in names])
        return self.picture if kind == "picture" else self.face


def _clean(before: Floats, copy: Floats, after: Floats) -> tuple[Floats, Floats, Floats]:
    """Put a signal's mean where an eye is closed in one of the videos, and nobody can say."""
    missing = ~(np.isfinite(before) & np.isfinite(copy) & np.isfinite(after))
    filled = []
    for signal in (before, copy, after):
        known = np.where(missing, np.nan, signal)
        count = np.maximum((~missing).sum(axis=0), 1)
        middle = np.nansum(known, axis=0) / count
        filled.append(np.where(missing, middle, signal))
    return filled[0], filled[1], filled[2]


def _comparable(material: Material, seen: Seen) -> list[NDArray[np.int_]]:
    """Return for each track the rows in which all videos show a face that is large enough."""
    original = material.original
    usable = original.found & material.copy.found & seen.found & (original.size >= SMALLEST)
    tracks = [np.flatnonzero(usable & (original.track == t)) for t in np.unique(original.track)]
    return [rows for rows in tracks if len(rows) >= SHORTEST]


def _precision(material: Material, seen: Seen) -> Figures:
    original = material.original
    frames = np.array(sorted(original.faces), dtype=int)
    units = _seconds_of(material, frames)
    faces = [precision.faces(seen.faces[f], original.faces[f]) for f in frames.tolist()]
    bodies = [precision.bodies(seen.persons[f], original.persons[f]) for f in frames.tolist()]
    return {
        "detector_precision": precision.estimated(faces, units),
        "body_pose_precision": precision.estimated(bodies, units),
    }


def _seconds_of(material: Material, frames: NDArray[np.int_]) -> Units:
    """Return the units of whole frames: seconds of the video."""
    return Units.of(np.zeros(len(frames), int), material.times[frames])


def _flicker(original: Seen, seen: Seen) -> Estimate | None:
    known = np.isfinite(original.stirred) & np.isfinite(seen.stirred)
    known &= original.size >= SMALLEST
    units = Units.of(original.track[known], original.time_s[known])
    before, after = units.sums(original.stirred[known]), units.sums(seen.stirred[known])

    def statistic(weights: Floats) -> float:
        below = float(weights @ before)
        return float(weights @ after) / below if below else float("nan")

    return estimate(statistic, units)


def _picture(material: Material, paired: Paired) -> Figures:
    known = np.isfinite(paired.squared_error)
    looked = np.isfinite(paired.similarity)
    units = _seconds_of(material, paired.frames[known])
    error = units.sums(paired.squared_error[known])
    frames = units.sums(np.ones(int(known.sum())))

    def noise_ratio(weights: Floats) -> float:
        mean_error = float(weights @ error) / max(float(weights @ frames), 1e-12)
        return float(10 * np.log10(WHITE**2 / max(mean_error, LEAST_ERROR)))

    return {
        "psnr_outside": estimate(noise_ratio, units),
        "ssim_outside": mean(
            paired.similarity[looked], _seconds_of(material, paired.frames[looked])
        ),
    }


def _count(chosen: NDArray[np.bool_]) -> Estimate:
    return Estimate(value=float(chosen.sum()), rows=len(chosen))
