"""The recogniser: who is a stranger, who is young, who was switched."""

from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from itertools import combinations
from typing import Final

import numpy as np

from swaddle import bootstrap
from swaddle.kernel.faces import AgeGroup, Mesh
from swaddle.kernel.frames import Image, still
from swaddle.kernel.geometry import Floats
from swaddle.kernel.portraits import cut_out
from swaddle.kernel.recognition import RecognitionScale, centroid
from swaddle.scenes.rendering import render
from tools.recall.conditions import Condition

from . import material
from .measuring import Bench, Data, Measurement, Sides
from .operating import Acts
from .searching import settled

POSES: Final[tuple[dict[str, float], ...]] = (
    *({}, {"yaw": 25.0}, {"yaw": -25.0}),
    *({"pitch": 15.0, "mouth": 0.5}, {"roll": 40.0}, {"pitch": -15.0}),
)
"""In which each rendered person is seen."""

FACE: Final = 160.0
"""Pixels: a portrait holds more than the recogniser's own 150."""

APART: Final = 30
"""Frames of a clip between two pictures of one person: a second."""

BELOW: Final = "identity.choosing.OWN_MARGIN"
"""Says how far below the mean of strangers a similarity has to be, the others how far above."""

MARGINS: Final = (
    BELOW,
    "identity.choosing.GIVEN_MARGIN",
    "identity.choosing.OTHER_MARGIN",
    "identity.freezing.ALIKE_MARGIN",
)


def measure(bench: Bench) -> Iterator[Measurement]:
    """Compare held-out strangers, rendered people in several poses, and a real newborn."""
    scale = bootstrap.recognition_scale(bench.settings)
    gallery = Gallery.load()
    rendered = material.rendered()
    known = {group: _people(bench, group, rendered) for group in AgeGroup}
    same = [
        (group, f"{group.value} {person}", looks)
        for group, people in known.items()
        for person, looks in enumerate(people)
    ]
    newborn, clip = _newborn(bench)
    same.append((AgeGroup.INFANT, "newborn", newborn))
    data = (gallery.data, rendered.data, clip)
    yield _same_person(scale, gallery, same).done(*data)
    for threshold in MARGINS:
        yield _too_much_alike(threshold, scale, gallery, same).done(*data)
    yield _young(scale, gallery).done(gallery.data)
    yield _switched(known).done(rendered.data)


class Gallery:
    """What the recogniser says of held-out synthetic faces, by age."""

    def __init__(self, vectors: Floats, groups: Floats, data: Data) -> None:
        self.vectors, self.groups, self.data = vectors, groups, data

    @classmethod
    def load(cls) -> "Gallery":
        """Read what tools/face_space/learn.py kept."""
        stored = np.load(files("swaddle.adapters.dlib").joinpath("gallery.npz"))  # type: ignore[arg-type]
        counted = material.Counted("held-out synthetic faces (gallery.npz)", "vectors")
        for vector in stored["vectors"]:
            counted.take(vector)
        return cls(stored["vectors"].astype(np.float64), stored["groups"], counted.data)

    def strangers(self, scale: RecognitionScale) -> Iterator[tuple[float, str]]:
        """Yield the similarity of each pair of one age, in deviations, and whose it is."""
        for group in AgeGroup:
            own = self.vectors[self.groups == group.value]
            for i, one in enumerate(own):
                for other in own[:i]:
                    yield deviations(scale, group, one @ other), f"{group.value} {i}"


def deviations(scale: RecognitionScale, group: AgeGroup, similarity: float) -> float:
    """Return a similarity in deviations of strangers of an age, from their mean."""
    known = scale.strangers[group]
    return float((similarity - known.mean) / known.deviation)


Same = list[tuple[AgeGroup, str, Floats]]


def _same_person(scale: RecognitionScale, gallery: Gallery, same: Same) -> Sides:
    sides = Sides(
        "kernel.recognition.SAME_PERSON_DEVIATIONS",
        Acts.BELOW,
        "similarity, in deviations above the mean of strangers of that age",
        "pairs of strangers: kept apart",
        "pairs of pictures of one person",
    )
    for value, unit in gallery.strangers(scale):
        sides.guard(value, unit)
    for value, unit in _pairs(scale, same):
        sides.spare(value, unit)
    return sides


def _too_much_alike(
    threshold: str, scale: RecognitionScale, gallery: Gallery, same: Same
) -> Sides:
    sign, acts, where = (
        (-1, Acts.BELOW, "below") if threshold == BELOW else (1, Acts.FROM, "above")
    )
    sides = Sides(
        threshold,
        acts,
        f"similarity, in deviations {where} the mean of strangers of that age",
        "pairs of pictures of one person: refused as a substitute",
        "pairs of strangers: each refusal costs another draw",
    )
    for value, unit in _pairs(scale, same):
        sides.guard(sign * value, unit)
    for value, unit in gallery.strangers(scale):
        sides.spare(sign * value, unit)
    return sides


def _pairs(scale: RecognitionScale, same: Same) -> Iterator[tuple[float, str]]:
    for group, name, looks in same:
        for one, other in combinations(looks, 2):
            yield deviations(scale, group, one @ other), name


def _young(scale: RecognitionScale, gallery: Gallery) -> Sides:
    sides = Sides(
        "kernel.recognition.YOUNG_LEAD",
        Acts.BELOW,
        "lead of a young age over the adult one, in logits",
        "adults: judged by the strictest scale",
        "infants and children",
    )
    adult = tuple(AgeGroup).index(AgeGroup.ADULT)
    scores = gallery.vectors @ scale.age_weights + scale.age_bias
    leads = np.delete(scores, adult, axis=1).max(axis=1) - scores[:, adult]
    for number, (lead, group) in enumerate(zip(leads.tolist(), gallery.groups, strict=True)):
        (sides.guard if group == AgeGroup.ADULT.value else sides.spare)(lead, str(number))
    return sides


def _switched(known: dict[AgeGroup, list[Floats]]) -> Sides:
    sides = Sides(
        "linking.switching.MARGIN",
        Acts.FROM,
        "similarity across two tracks less that along them, three pictures on each side",
        "tracks that switched people where they met",
        "tracks that did not",
    )
    half = len(POSES) // 2
    for group, people in known.items():
        for (i, one), (j, other) in combinations(enumerate(people), 2):
            before = [centroid(looks[:half]) for looks in (one, other)]
            after = [centroid(looks[half:]) for looks in (one, other)]
            along = sum(float(b @ a) for b, a in zip(before, after, strict=True))
            across = sum(float(b @ a) for b, a in zip(before, after[::-1], strict=True))
            sides.guard(along - across, f"{group.value} {i} {j}")
            sides.spare(across - along, f"{group.value} {i} {j}")
    return sides


def _people(bench: Bench, group: AgeGroup, counted: material.Counted) -> list[Floats]:
    """Return what the recogniser says of rendered people: one row for each pose."""
    landmarker = bootstrap.face_landmarker(bench.settings)
    embedder = bootstrap.face_embedder(bench.settings)
    found = []
    for person in range(bench.people):
        portraits: list[tuple[Image, Floats]] = []
        for pose in POSES:
            condition = Condition("pose", "", size=FACE, head=dict(pose), group=group)
            # Another room behind each other pose.
            scene = condition.scene(person)
            shot = replace(scene.shots[0], room=len(portraits) % 3)
            (moment,) = render(replace(scene, shots=(shot,)), bootstrap.looks_source())
            counted.take(moment.picture)
            frame = still(moment.picture)
            region = Mesh(moment.faces[0].landmarks, 1.0).region()
            portraits.append(cut_out(frame, settled(landmarker, frame, region).landmarks))
        found.append(embedder.embed(portraits))
    return found


def _newborn(bench: Bench) -> tuple[Floats, Data]:
    """Return what the recogniser says of the newborn of the infant clip, once a second."""
    path = bench.shared / "data/videos" / material.INFANT
    landmarker = bootstrap.face_landmarker(bench.settings)
    detector = bootstrap.face_detector(bench.settings)
    portraits = []
    for frame in material.frames(bench.settings, path, every=APART):
        found = detector.detect(frame.bgr())
        if found:
            mesh = settled(landmarker, frame, found[0].region())
            portraits.append(cut_out(frame, mesh.landmarks))
    seen = len(portraits)
    embedder = bootstrap.face_embedder(bench.settings)
    return embedder.embed(portraits), material.file_data(path, f"{seen} frames")
