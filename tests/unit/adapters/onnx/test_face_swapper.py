"""What is special about swapping by networks; what every swapper promises is in its contract."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnxruntime.capi.onnxruntime_pybind11_state import RuntimeException

from swaddle import bootstrap
from swaddle.adapters.onnx import running
from swaddle.adapters.onnx.alignment import TEMPLATES, Square
from swaddle.adapters.onnx.face_swapper import OnnxFaceSwapper
from swaddle.adapters.onnx.running import Runtime
from swaddle.adapters.onnx.swap_families import FAMILIES
from swaddle.kernel.devices import Device
from swaddle.kernel.errors import Misused, ModelMissing, OutOfMemory
from swaddle.kernel.faces import Mesh, five_points
from swaddle.kernel.frames import Image, still
from swaddle.kernel.geometry import Region
from swaddle.settings import Settings
from swaddle.swapping.ports import FaceToSwap
from tests.made.devices import SAID, Crowded
from tests.made.faces import face_to_swap, on, person, rendered, request, swapped
from tests.made.swappers import (
    REDDER,
    Does,
    embedder,
    made_swapper,
    occluder,
    restorer,
    swapper,
)

from .test_alignment import smooth


@pytest.mark.parametrize("name", list(FAMILIES))
@pytest.mark.parametrize("roll", [0.0, 17.0])
def test_a_network_that_changes_nothing_loses_less_than_half_a_level(
    tmp_path: Path, name: str, roll: float
) -> None:
    # In 128 pixels of `arcface_128` the face is as large as in the frame, in the others smaller.
    asked = request(size=0.3, roll=roll)
    points, family = five_points(asked.face.landmarks), FAMILIES[name]
    matrix = Square.fitted(points, family.template, family.side).matrix(family.side)
    assert np.sqrt(np.linalg.det(matrix[:, :2])) <= 1
    picture = smooth(480)[:270].astype(np.uint8)

    change, alpha = swapped(
        on(picture, asked), made_swapper(tmp_path, name, Does.SAME, colour=0.0)
    )

    assert (alpha == 1).sum() > 500
    assert np.abs(change[alpha == 1]).mean() <= 0.5
    assert np.abs(change[alpha == 0]).max() == 0


@pytest.mark.parametrize("name", list(FAMILIES))
def test_networks_see_and_give_red_first_in_their_own_range(tmp_path: Path, name: str) -> None:
    picture = (smooth(480)[:270] / 2 + 60).astype(np.uint8)
    asked = on(picture, request(size=0.3))
    change, alpha = swapped(asked, made_swapper(tmp_path, name, Does.RED, colour=0.0))
    blue, green, red = change[alpha == 1].mean(axis=0)

    assert red == pytest.approx(REDDER * 255, abs=1)
    assert (blue, green) == pytest.approx((0, 0), abs=1)


@pytest.mark.parametrize("does", [Does.NAN, Does.BLACK])
@pytest.mark.parametrize("name", ["inswapper", "hyperswap", "blendswap"])
def test_a_face_on_which_the_network_fails_is_none(tmp_path: Path, does: Does, name: str) -> None:
    asked = request()
    by = made_swapper(tmp_path, name, does, boost=2)

    assert by.swap(asked.frame, asked.face, asked.identity, asked.group) is None


def test_a_mesh_that_is_no_number_is_none_and_the_next_face_is_swapped(tmp_path: Path) -> None:
    asked = request()
    lost = replace(asked.face, landmarks=np.full((468, 3), np.nan))
    by = made_swapper(tmp_path, "hyperswap", Does.TINT)
    found = by.swap_each([replace(asked, face=lost), asked])

    assert found[0] is None
    assert found[1] is not None


def test_steps_stand_in_the_fingerprint_with_name_and_weights(tmp_path: Path) -> None:
    by = made_swapper(
        *(tmp_path, "inswapper", Does.SAME),
        occluder=occluder(tmp_path),
        restorer=restorer(tmp_path),
        boost=2,
        name="inswapper_128",
        weights=("ab12cd34", "00ff00ff"),
    )

    assert by.fingerprint == (
        "onnx/2 inswapper_128 occluder+inswapper*2+restore*0.8+colour*1 ab12cd34,00ff00ff"
    )


@pytest.mark.parametrize("name", ["inswapper", "hyperswap"])
def test_a_network_of_half_precision_gives_nearly_the_same(tmp_path: Path, name: str) -> None:
    asked = request(seed=4)
    full = made_swapper(tmp_path, name, Does.TINT)
    half = swapper(tmp_path, FAMILIES[name], Does.TINT, half=True)
    halved = OnnxFaceSwapper(name, half, embedder(tmp_path))
    one, other = full.swap_each([asked])[0], halved.swap_each([asked])[0]

    assert one is not None
    assert other is not None
    # A number of 16 bits has 11 digits, of which 255 levels leave three behind the point.
    assert np.abs(one.patch.bgr - other.patch.bgr).max() <= 1


def test_a_file_for_one_face_swaps_many(tmp_path: Path) -> None:
    single = swapper(tmp_path, FAMILIES["hyperswap"], Does.TINT, batch=1)
    by = OnnxFaceSwapper(
        "hyperswap", single, embedder(tmp_path), runtime=Runtime(Device.CPU, batch=8)
    )

    assert all(found is not None for found in by.swap_each([request() for _ in range(3)]))


@given(
    size=st.floats(0, 30),
    x=st.floats(-3000, 3000),
    y=st.floats(-3000, 3000),
    turn=st.floats(-np.pi, np.pi),
    squash=st.floats(0, 1),
)
@settings(max_examples=60)
def test_a_mesh_may_lie_anywhere(
    size: float, x: float, y: float, turn: float, squash: float
) -> None:
    asked, by = request(), tinting()
    middle = asked.face.landmarks.mean(axis=0)
    c, s = size * np.cos(turn), size * np.sin(turn)
    linear = np.array([[c * squash, s * squash, 0], [-s, c, 0], [0, 0, size]])
    mesh = (asked.face.landmarks - middle) @ linear + [x, y, 0]
    face = replace(asked.face, landmarks=mesh)
    found = by.swap(asked.frame, face, asked.identity, asked.group)

    if found is not None:
        patch = found.patch
        assert np.isfinite(patch.bgr).all()
        assert 0 < patch.alpha.max() <= 1
        assert patch.box.clipped(asked.frame.width, asked.frame.height) == patch.box


@cache
def tinting() -> OnnxFaceSwapper:
    with TemporaryDirectory() as folder:
        return made_swapper(Path(folder), "hyperswap", Does.TINT, boost=2)


def test_too_little_memory_halves_what_goes_through_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, devices = running.open_session, []

    def crowded(*where: object) -> Crowded:
        devices.append(Crowded(real(*where), room=2, error=RuntimeException(SAID)))
        return devices[-1]

    asked = [request(person("one", 3), seed=seed) for seed in (5, 6, 7)] * 2
    expected = made_swapper(tmp_path, "hyperswap", Does.TINT).swap_each(asked)
    monkeypatch.setattr(running, "open_session", crowded)
    by = made_swapper(tmp_path, "hyperswap", Does.TINT, runtime=Runtime(Device.CPU, batch=6))
    found = by.swap_each(asked)

    assert max(devices[-1].batches) == 1  # 6, 3, 1: a device that takes two is not asked for two
    for one, other in zip(expected, found, strict=True):
        assert one is not None
        assert other is not None
        assert np.abs(one.patch.bgr - other.patch.bgr).max() <= 1


def test_a_device_that_does_not_take_one_face_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = running.open_session
    monkeypatch.setattr(
        *(running, "open_session"),
        lambda *where: Crowded(real(*where), room=0, error=RuntimeException(SAID)),
    )
    asked, runtime = request(), Runtime(Device.CPU)
    with pytest.raises(OutOfMemory):
        made_swapper(tmp_path, "hyperswap", Does.TINT, runtime=runtime).swap_each([asked])


def test_another_family_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(Misused, match=r"called faceswap9; there are inswapper, hyperswap"):
        OnnxFaceSwapper("faceswap9", tmp_path / "some.onnx")


@pytest.mark.parametrize("boost", [0, -1])
def test_a_boost_below_one_is_refused(tmp_path: Path, boost: int) -> None:
    with pytest.raises(Misused, match="boost"):
        made_swapper(tmp_path, "hyperswap", Does.SAME, boost=boost)


def test_the_network_of_another_family_is_refused(tmp_path: Path) -> None:
    path = swapper(tmp_path, FAMILIES["inswapper"], Does.SAME)
    with pytest.raises(ModelMissing, match=r"1 x 3 x 256 x 256.*found.*any x 3 x 128 x 128"):
        OnnxFaceSwapper("hyperswap", path, embedder(tmp_path))


@pytest.mark.parametrize("part", ["occluder", "parser", "restorer", "converter"])
def test_a_file_that_is_no_model_is_named(tmp_path: Path, part: str) -> None:
    half = tmp_path / "half.onnx"
    half.write_bytes(embedder(tmp_path).read_bytes()[:100])
    with pytest.raises(ModelMissing, match=r"half\.onnx"):
        made_swapper(tmp_path, "hyperswap", Does.SAME, **{part: half})
    with pytest.raises(ModelMissing, match=r"absent\.onnx"):
        made_swapper(tmp_path, "hyperswap", Does.SAME, **{part: tmp_path / "absent.onnx"})


def test_every_template_of_a_family_is_known() -> None:
    assert {f.template for f in FAMILIES.values()} <= set(TEMPLATES)
    assert {f.source_template for f in FAMILIES.values()} <= set(TEMPLATES)


def photographed(shared: Path, count: int) -> list[tuple[Image, FaceToSwap]]:
    """Return synthetic faces, as photographs, with the meshes that fit them."""
    landmarker = bootstrap.face_landmarker(Settings())
    found: list[tuple[Image, FaceToSwap]] = []
    for path in sorted((shared / "data" / "synthetic_faces" / "images").iterdir()):
        picture = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
        height, width = picture.shape[:2]
        middle = Region(width / 2, height / 2, max(width, height))
        mesh = landmarker.fit(still(picture), middle)
        if isinstance(mesh, Mesh) and mesh.presence > 0.9:
            found.append((picture, face_to_swap(picture, mesh.landmarks)))
        if len(found) == count:
            break
    return found


@pytest.mark.models
@pytest.mark.shared
@pytest.mark.parametrize("name", list(FAMILIES))
def test_on_photographs_nothing_outside_the_mask_changes(
    tmp_path: Path, shared: Path, name: str
) -> None:
    by = made_swapper(tmp_path, name, Does.TINT, colour=0.0)
    faces = photographed(shared, 6)
    assert len(faces) == 6
    for picture, face in faces:
        asked = replace(request(), frame=still(picture), face=face)
        change, alpha = swapped(asked, by)
        assert np.abs(change[alpha == 0]).max() == 0
        assert np.abs(change[alpha == 1]).mean() > 2


def test_a_face_keeps_its_mesh(tmp_path: Path) -> None:
    picture, landmarks = rendered(yaw=20)
    asked = replace(request(), frame=still(picture), face=face_to_swap(picture, landmarks))
    by = made_swapper(tmp_path, "hyperswap", Does.TINT)
    found = by.swap(asked.frame, asked.face, asked.identity, asked.group)

    assert found is not None
    assert np.array_equal(found.landmarks, asked.face.landmarks)
