"""What speaks against swapping: hidden, turned, bent and strange faces, as linking measures them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from swaddle import bootstrap
from swaddle.detection.cascade import MESH_PRESENCE
from swaddle.detection.groups import Sighting
from swaddle.detection.observing import Observer
from swaddle.kernel.faces import Face, Mesh
from swaddle.kernel.frames import still
from swaddle.kernel.geometry import Floats
from swaddle.kernel.tables import OBSERVATIONS, TEXTURE_CELLS, assemble, select
from swaddle.kernel.texture_space import face_mask, pose
from swaddle.linking.doubt import (
    BENT_FROM,
    HIDDEN_FROM,
    STRANGE_FROM,
    TURNED_FROM,
    yaw_degrees,
)
from swaddle.linking.occlusion import hidden_points, hull_masks, occlusion
from swaddle.linking.reference import learn, surest
from swaddle.linking.smoothing import smooth
from swaddle.scenes.rendering import FaceTruth, Moment

from . import material
from .measuring import Bench, Measurement, Sides
from .operating import Acts
from .searching import settled

SCENES: Final = (("hand-passing", 1.0), ("hand-passing", 1.7), ("turned-away", 1.0))
"""And by how much the hand is larger: the larger one hides nearly everything."""

WRONG: Final = 0.15
RIGHT: Final = 0.08
"""Mean distance of the landmarks from the true ones, in sizes of the face: from which a swap would
lie beside the face, and up to which tests/scenes calls a mesh right."""

MOSTLY: Final = 0.6
PARTLY: Final = 0.4
"""Shares of a face behind something: hardly anything left to swap, and enough left."""

UNKNOWN: Final = 0.15
"""Share of a face that something hides and the mask does not."""

AWAY: Final = 80.0
FRONT: Final = 60.0
"""Degrees of yaw: a profile, and a face of which most is seen."""

BLOCK: Final = 5
"""Frames that count once."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What linking measures on one face in one frame, beside the truth."""

    unit: str
    truth: FaceTruth
    error: float
    deviation: float
    hidden: float
    unexplained: float
    yaw: float

    @property
    def doubts(self) -> tuple[str, ...]:
        """The thresholds that act, by name."""
        acting = {
            "BENT_FROM": self.deviation > BENT_FROM,
            "HIDDEN_FROM": self.hidden > HIDDEN_FROM,
            "STRANGE_FROM": self.unexplained > STRANGE_FROM,
            "TURNED_FROM": self.yaw > TURNED_FROM,
        }
        return tuple(name for name, acts in acting.items() if acts)


def measure(bench: Bench) -> Iterator[Measurement]:
    """Follow other people through the scenes with a hand and with a turn."""
    counted = material.Counted("rendered people behind a hand and turning round", "frames")
    seen: list[Sight] = []
    for name, hand in SCENES:
        people = material.other_people(name, bench.people, hand)
        by_person = groupby(people, lambda pair: pair[0])
        for person, pairs in by_person:
            moments = [moment for _, moment in pairs]
            for moment in moments:
                counted.take(moment.picture)
            seen += _followed(bench, f"{name} {hand} {person}", moments)
    for sides in _sides(seen):
        if sides.complete:
            yield sides.done(counted.data)


def _sides(seen: Sequence[Sight]) -> tuple[Sides, ...]:
    bent = Sides(
        "linking.doubt.BENT_FROM",
        Acts.FROM,
        "mean distance of the firm points from the reference, texture pixels",
        f"meshes off by {WRONG:.0%} of the face or more",
        f"meshes off by {RIGHT:.0%} or less",
    )
    hidden = Sides(
        "linking.doubt.HIDDEN_FROM",
        Acts.FROM,
        "share of the face in the mask of what hides it",
        f"faces of which a hand hides {MOSTLY:.0%} or more",
        f"faces of which it hides {PARTLY:.0%} or less",
    )
    strange = Sides(
        "linking.doubt.STRANGE_FROM",
        Acts.FROM,
        "share of the open face that looks different for no known reason",
        f"meshes off by {WRONG:.0%}, faces of which a hand hides {UNKNOWN:.0%} more than the mask",
        "faces behind nothing",
    )
    turned = Sides(
        "linking.doubt.TURNED_FROM",
        Acts.FROM,
        "degrees of yaw of the mesh",
        f"faces turned by {AWAY:g} degrees or more",
        f"faces turned by {FRONT:g} degrees or less",
    )
    for one in seen:
        _sort(bent, one, one.deviation, guard=one.error >= WRONG, spare=one.error <= RIGHT)
        covered, away = one.truth.occluded, abs(one.truth.yaw)
        _sort(hidden, one, one.hidden, guard=covered >= MOSTLY, spare=covered <= PARTLY)
        wrong = one.error >= WRONG or covered - one.hidden >= UNKNOWN
        _sort(strange, one, one.unexplained, guard=wrong, spare=covered == 0)
        _sort(turned, one, one.yaw, guard=away >= AWAY, spare=away <= FRONT)
    return bent, hidden, strange, turned


def _sort(sides: Sides, one: Sight, value: float, *, guard: bool, spare: bool) -> None:
    others = (name for name in one.doubts if name != sides.threshold.rsplit(".", 1)[1])
    if guard:
        sides.guard(value, one.unit, alone=not any(others))
    elif spare:
        sides.spare(value, one.unit)


def _followed(bench: Bench, name: str, moments: Sequence[Moment]) -> Iterator[Sight]:
    rows = _observed(bench, moments)
    reference = learn(select(rows, surest(rows["meshed"], rows["presence"])))
    if reference is None:
        return
    hands = hull_masks(rows)
    motion = smooth(rows, hidden_points(hands, rows), reference)
    face = face_mask(TEXTURE_CELLS)
    for index in np.flatnonzero(motion.known & rows["meshed"]).tolist():
        landmarks = motion.landmarks[index]
        found = occlusion(
            rows["crop"][index], rows["region"][index], landmarks, hands[index], reference
        )
        (truth,) = moments[index].faces
        yield Sight(
            unit=f"{name} {index // BLOCK}",
            truth=truth,
            error=_error(landmarks, truth),
            deviation=float(motion.deviation[index]),
            hidden=float(found.mask[face].mean()),
            unexplained=found.unexplained,
            yaw=yaw_degrees(pose(landmarks).rotation),
        )


def _error(landmarks: Floats, truth: FaceTruth) -> float:
    apart = np.linalg.norm(landmarks[:, :2] - truth.landmarks[:, :2], axis=1)
    return float(apart.mean()) / truth.box.size


def _observed(bench: Bench, moments: Sequence[Moment]) -> dict[str, NDArray[Any]]:
    """Return what detection writes down of the one face of each frame; zeros where it is lost."""
    landmarker = bootstrap.face_landmarker(bench.settings)
    observer = Observer(landmarker, bootstrap.hand_landmarker(bench.settings))
    rows: list[dict[str, Any]] = []
    mesh: Mesh | None = None
    for moment in moments:
        frame = replace(still(moment.picture), number=moment.number)
        mesh = None if mesh is None else landmarker.fit(frame, mesh.region())
        if mesh is None or mesh.presence < MESH_PRESENCE:
            (truth,) = moment.faces
            mesh = settled(landmarker, frame, Mesh(truth.landmarks, 1.0).region())
        if mesh.presence < MESH_PRESENCE:
            mesh = None
            rows.append(dict.fromkeys(OBSERVATIONS, 0) | {"crop": b"", "portrait": b""})
            continue
        rows += observer.rows([Sighting(frame, Face(mesh.box, 0.0, mesh), 0, detected=False)])
    return assemble(rows, OBSERVATIONS)
