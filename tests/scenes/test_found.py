"""Rendered people are people to those who look for them: else no test with them says anything."""

from collections.abc import Callable

import numpy as np
import pytest

from swaddle.kernel.faces import Detection, Mesh
from swaddle.kernel.frames import still
from swaddle.kernel.measures import head_angles
from swaddle.kernel.ports import FaceDetector, FaceLandmarker
from swaddle.kernel.texture_space import pose
from swaddle.scenes.catalogue import SCENES
from swaddle.scenes.rendering import FaceTruth, Moment

pytestmark = pytest.mark.models

Moments = Callable[[str], tuple[Moment, ...]]

EVERY = 4
"""Only so many frames are looked at: the ones between are much alike."""
SAME_FACE = 0.4
"""Intersection over union: detectors draw their boxes smaller than the mesh."""
TURNED, BEHIND = 60.0, 130.0
"""Degrees of yaw up to which a face has to be found, and from which there is none."""


def plain(face: FaceTruth) -> bool:
    """Tell whether a face can be seen by anybody."""
    return abs(face.yaw) <= TURNED and face.inside > 0.98 and face.occluded < 0.2


def looks(moments: Moments, name: str) -> tuple[Moment, ...]:
    return moments(name)[::EVERY]


def nearest(found: tuple[Detection, ...], face: FaceTruth) -> Detection | None:
    """Return the detection that is this face."""
    same = [d for d in found if d.box.iou(face.box) > SAME_FACE]
    return max(same, key=lambda d: d.box.iou(face.box), default=None)


@pytest.fixture(scope="module", params=sorted(SCENES))
def pairs(
    request: pytest.FixtureRequest, moments: Moments, detector: FaceDetector
) -> list[tuple[Moment, FaceTruth, Detection | None]]:
    """Every plain face of a scene, and what the detector says of it."""
    return [
        (moment, face, nearest(found, face))
        for moment in looks(moments, request.param)
        for found in [detector.detect(moment.picture)]
        for face in moment.faces
        if plain(face)
    ]


@pytest.fixture(scope="module")
def meshes(
    pairs: list[tuple[Moment, FaceTruth, Detection | None]], landmarker: FaceLandmarker
) -> list[tuple[FaceTruth, Mesh]]:
    """The mesh of every face that was found, beside the true one."""
    return [
        (face, landmarker.fit(still(moment.picture), detection.region()))
        for moment, face, detection in pairs
        if detection is not None
    ]


def test_the_detector_finds_plain_faces_where_they_are(
    pairs: list[tuple[Moment, FaceTruth, Detection | None]],
) -> None:
    found = [detection is not None for _, _, detection in pairs]

    assert len(found) >= 10
    assert np.mean(found) >= 0.95


def test_the_mesh_is_sure_of_them(meshes: list[tuple[FaceTruth, Mesh]]) -> None:
    assert min(mesh.presence for _, mesh in meshes) > 0.98


def test_the_mesh_lies_on_the_true_landmarks(meshes: list[tuple[FaceTruth, Mesh]]) -> None:
    errors = [
        np.linalg.norm(mesh.landmarks[:, :2] - face.landmarks[:, :2], axis=1).mean()
        / face.box.size
        for face, mesh in meshes
    ]

    assert np.median(errors) < 0.04
    assert max(errors) < 0.08


def test_the_head_is_seen_to_be_turned_as_it_is(meshes: list[tuple[FaceTruth, Mesh]]) -> None:
    errors = [
        abs(head_angles(pose(mesh.landmarks).rotation)[0] - face.yaw)
        for face, mesh in meshes
        if abs(face.yaw) < 45
    ]

    assert np.median(errors) < 12


def test_nothing_is_found_on_the_back_of_a_head(moments: Moments, detector: FaceDetector) -> None:
    away = [m for m in moments("turned-away") if abs(m.faces[0].yaw) > BEHIND]
    found = [detector.detect(moment.picture) for moment in away]

    assert len(away) >= 15
    assert not any(found)


@pytest.mark.parametrize("name", sorted(SCENES))
def test_nothing_is_found_where_nobody_is(
    name: str, moments: Moments, detector: FaceDetector
) -> None:
    strangers = [
        (moment.number, detection.box)
        for moment in looks(moments, name)
        for detection in detector.detect(moment.picture)
        if all(detection.box.iou(face.box) < 0.2 for face in moment.faces)
    ]

    assert strangers == []
