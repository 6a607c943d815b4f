"""What lies between the networks of the attention mesh, and what it sees."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from swaddle import bootstrap
from swaddle.adapters.litert.attention import AttentionMesh, place, view
from swaddle.adapters.litert.interpreter import LitertNetwork
from swaddle.kernel.errors import ModelFailed, ModelMissing
from swaddle.kernel.faces import LOWER_LIP, UPPER_LIP, Mesh
from swaddle.kernel.frames import still
from swaddle.kernel.geometry import Floats, Region
from swaddle.kernel.measures import INNER_MOUTH, rim_gap
from swaddle.kernel.texture_space import canonical
from swaddle.scenes.rendering import render
from swaddle.settings import Settings
from tests.unit.adapters.litert.test_subgraphs import content
from tools.recall.conditions import Condition

TOLD = {
    "left_rotation_idx": 0,
    "right_rotation_idx": 1,
    "target_rotation_radians": 0.0,
    "subset_idxs": [0, 1, 2, 3],
    "scale_x": 1.5,
    "scale_y": 1.5,
    "output_width": 16,
    "output_height": 16,
}
DIAMOND = np.array([[-2.0, 0.0], [2.0, 0.0], [0.0, -1.0], [0.0, 1.0]])
"""Left, right, top and bottom of a part: 4 wide, 2 high."""


def turned(points: Floats, degrees: float) -> Floats:
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return points @ np.array([[c, s], [-s, c]])


def in_place(where: Floats, x: float, y: float) -> Floats:
    return where[:, :2] @ [x, y] + where[:, 2]


@pytest.mark.parametrize("degrees", [0.0, 30.0, 90.0, -150.0])
def test_a_part_lies_level_and_in_the_middle_of_its_view(degrees: float) -> None:
    middle = np.array([20.0, 30.0])
    where = place(turned(DIAMOND, degrees) + middle, TOLD)

    np.testing.assert_allclose(in_place(where, 8, 8), middle, atol=1e-9)
    # Half of 4 wide, enlarged by 1.5, is three of sixteen halves.
    edge = turned(np.array([[3.0, 0.0], [0.0, 1.5]]), degrees) + middle
    np.testing.assert_allclose(in_place(where, 16, 8), edge[0], atol=1e-9)
    np.testing.assert_allclose(in_place(where, 8, 16), edge[1], atol=1e-9)


def test_points_on_one_spot_are_looked_at_there() -> None:
    where = place(np.full((4, 2), 7.0), TOLD)

    np.testing.assert_allclose(in_place(where, 3, 12), [7, 7])


def test_a_view_is_interpolated_between_features() -> None:
    rows, columns = np.mgrid[:48, :48].astype(np.float32)
    features = np.dstack([columns, rows, np.ones_like(rows)])
    where = np.array([[0.3, 0.1, 12.0], [-0.1, 0.3, 20.0]])
    seen = view(features, where, (16, 16, 3))
    cells = np.mgrid[:16, :16][::-1].reshape(2, -1) + 0.5
    expected = where[:, :2] @ cells + where[:, 2:] - 0.5

    np.testing.assert_allclose(seen[..., 0].ravel(), expected[0], atol=1e-4)
    np.testing.assert_allclose(seen[..., 1].ravel(), expected[1], atol=1e-4)
    np.testing.assert_allclose(seen[..., 2], 1, atol=1e-6)


def test_outside_of_the_features_there_is_nothing() -> None:
    features = np.ones((48, 48, 1), np.float32)
    seen = view(features, np.array([[1.0, 0.0, -8.0], [0.0, 1.0, 10.0]]), (16, 16, 1))

    assert (seen[:, :8] == 0).all()
    assert (seen[:, 9:] == 1).all()


def openness(points: Floats) -> float:
    """Return how far lips are apart, against the width of the mouth."""
    return rim_gap(points[:, :2], UPPER_LIP, LOWER_LIP, INNER_MOUTH)


@pytest.mark.models
def test_where_no_face_is_a_closer_look_is_not_sure() -> None:
    landmarker = bootstrap.face_landmarker(Settings())
    invented = Mesh(canonical()[:468], 1.0)

    assert (
        landmarker.look_closer(still(np.zeros((256, 256, 3), np.uint8)), invented)[0].presence
        < 0.5
    )


@pytest.mark.models
def test_what_is_no_number_ends_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    landmarker = bootstrap.face_landmarker(Settings())
    broken = {name: np.full(4, np.nan, np.float32) for name in ("conv2d_21", "conv2d_31")}
    monkeypatch.setattr(LitertNetwork, "__call__", lambda *_: broken)

    with pytest.raises(ModelFailed, match=r"^The face mesh gave something that is no number\.$"):
        landmarker.fit(still(np.zeros((256, 256, 3), np.uint8)), Region(128, 128, 128))


@pytest.mark.models
def test_another_file_is_refused(tmp_path: Path) -> None:
    half = content("face_landmark_with_attention")[:4000]
    for content_of in (b"", half, content("face_landmark")):
        (tmp_path / "other.tflite").write_bytes(content_of)
        with pytest.raises(ModelMissing, match=r"other\.tflite is not the attention mesh"):
            AttentionMesh(tmp_path / "other.tflite")
    with pytest.raises(ModelMissing, match=r"none\.tflite is not there"):
        AttentionMesh(tmp_path / "none.tflite")


@pytest.mark.models
@pytest.mark.parametrize("person", range(4))
@pytest.mark.parametrize("roll", [0.0, 80.0])
def test_a_closer_look_sees_how_far_a_mouth_is_open(person: int, roll: float) -> None:
    landmarker = bootstrap.face_landmarker(Settings())
    truth, mesh, closer = [], [], []
    for mouth in (0.0, 0.3, 0.6, 1.0):
        condition = Condition("mouth", "", size=160.0, head={"mouth": mouth, "roll": roll})
        (moment,) = render(condition.scene(person), bootstrap.looks_source())
        frame, real = still(moment.picture), moment.faces[0].landmarks
        first = landmarker.fit(frame, replace(Mesh(real, 1.0).region(), angle=np.deg2rad(roll)))
        truth.append(openness(real))
        mesh.append(openness(first.landmarks))
        closer.append(openness(landmarker.look_closer(frame, first)[0].landmarks))

    assert np.corrcoef(closer, truth)[0, 1] > 0.95
    assert np.abs(np.subtract(closer, truth)).max() < 0.13
    # The first mesh cannot say that lips touch.
    assert closer[0] < 0.025 < mesh[0]
