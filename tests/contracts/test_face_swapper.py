"""What every face swapper promises."""

from pathlib import Path

import numpy as np
import pytest

from swaddle.adapters.appearance.face_swapper import AppearanceFaceSwapper
from swaddle.adapters.onnx.face_inpainter import OnnxFaceInpainter
from swaddle.adapters.onnx.face_swapper import OnnxFaceSwapper
from swaddle.adapters.onnx.running import Runtime
from swaddle.adapters.onnx.swap_families import FAMILIES
from swaddle.kernel.devices import Device
from swaddle.kernel.faces import NOSE_TIP
from swaddle.kernel.frames import Frame, Sampling
from swaddle.kernel.geometry import Floats
from swaddle.kernel.texture_space import SIDE, cell_centres
from swaddle.swapping.ports import FaceSwapper, SwapRequest
from tests.made.faces import moved, person, request, weight
from tests.made.inpainters import DESCRIPTIONS, inpainter
from tests.made.swappers import Does, made_swapper

LEFT_HALF = np.zeros((48, 48), np.uint8)
LEFT_HALF[:, :24] = 255


def weights(asked: SwapRequest, swapper: FaceSwapper) -> tuple[Frame, Floats]:
    """Return the frame with the face swapped, and the weight of the new pixels in it."""
    swapped = swapper.swap(asked.frame, asked.face, asked.identity, asked.group)
    assert swapped is not None
    return asked.frame.painted([swapped.patch]), weight(asked, swapped)


class FaceSwapperContract:
    @pytest.fixture
    def swapper(self) -> FaceSwapper:
        raise NotImplementedError

    def test_a_fingerprint_is_one_line_without_ends(self, swapper: FaceSwapper) -> None:
        assert swapper.fingerprint == swapper.fingerprint.strip() != ""
        assert "\n" not in swapper.fingerprint

    def test_a_face_is_replaced_by_colours_under_weights(self, swapper: FaceSwapper) -> None:
        asked = request()
        swapped = swapper.swap(asked.frame, asked.face, asked.identity, asked.group)

        assert swapped is not None
        patch = swapped.patch
        assert patch.bgr.shape == (*patch.alpha.shape, 3)
        assert patch.bgr.min() >= 0
        assert patch.bgr.max() <= 255
        assert patch.alpha.min() >= 0
        assert patch.alpha.max() == 1
        assert swapped.landmarks.shape == (468, 3)
        assert np.abs(swapped.landmarks - asked.face.landmarks).max() < 20

    def test_the_middle_of_the_face_changes_and_nothing_without_weight(
        self, swapper: FaceSwapper
    ) -> None:
        asked = request()
        after, alpha = weights(asked, swapper)
        nose = asked.face.landmarks[NOSE_TIP, :2].round().astype(int)

        assert alpha[nose[1], nose[0]] == 1
        for before, now in zip(asked.frame.planes, after.planes, strict=True):
            assert np.array_equal(before[alpha == 0], now[alpha == 0])
        changed = np.abs(after.bgr().astype(int) - asked.frame.bgr())[alpha == 1]
        assert changed.mean() > 2

    def test_what_hides_the_face_stays(self, swapper: FaceSwapper) -> None:
        asked = request(occlusion=LEFT_HALF)
        after, _ = weights(asked, swapper)
        centres = cell_centres(asked.face.landmarks, SIDE)[60:200, 40:110].reshape(-1, 2)
        x, y = centres[(centres > 0).all(axis=1)].round().astype(int).T
        changed = np.abs(after.bgr()[y, x].astype(int) - asked.frame.bgr()[y, x])

        assert len(x) > 1000
        assert changed.max() <= 1

    def test_chroma_of_half_the_resolution_stays_where_no_pixel_changes(
        self, swapper: FaceSwapper
    ) -> None:
        asked = request()
        y, cb, cr = asked.frame.planes
        planes = (y, np.ascontiguousarray(cb[::2, ::2]), np.ascontiguousarray(cr[::2, ::2]))
        sampling = Sampling("bt601", full_range=True)
        frame = Frame(0, 0, planes, sampling)
        halved = SwapRequest(frame, asked.face, asked.identity, asked.group)
        after, alpha = weights(halved, swapper)
        # A sample of chroma stands for two by two pixels.
        rows, columns = cb[::2, ::2].shape
        whole = np.pad(alpha, ((0, 2 * rows - len(alpha)), (0, 0)))
        touched = whole.reshape(rows, 2, columns, 2).max(axis=(1, 3))

        assert np.array_equal(after.planes[0][alpha == 0], y[alpha == 0])
        for before, now in zip(planes[1:], after.planes[1:], strict=True):
            assert np.array_equal(before[touched == 0], now[touched == 0])

    def test_a_face_outside_the_frame_is_none(self, swapper: FaceSwapper) -> None:
        asked = request()
        gone = moved(asked.face, 5000)

        assert swapper.swap(asked.frame, gone, asked.identity, asked.group) is None

    def test_a_face_at_the_border_is_replaced_as_far_as_it_is_seen(
        self, swapper: FaceSwapper
    ) -> None:
        asked = request(x=0.02)
        after, alpha = weights(asked, swapper)

        assert alpha[:, 0].max() == 1
        assert (after.planes[0] != asked.frame.planes[0]).any()

    def test_other_people_look_otherwise(self, swapper: FaceSwapper) -> None:
        one, other = (request(person(name, seed)) for name, seed in (("one", 4), ("other", 8)))
        first, alpha = weights(one, swapper)
        second, _ = weights(other, swapper)

        assert np.abs(first.bgr().astype(int) - second.bgr())[alpha == 1].mean() > 2

    def test_the_same_request_gives_the_same_pixels(self, swapper: FaceSwapper) -> None:
        first, second = (weights(request(), swapper)[0] for _ in range(2))

        assert all(map(np.array_equal, first.planes, second.planes))

    def test_many_at_once_are_as_one_by_one(self, swapper: FaceSwapper) -> None:
        asked = [
            request(person("one", 3), seed=5),
            request(person("other", 8), seed=6, yaw=25),
            SwapRequest(
                request().frame, moved(request().face, 5000), person("one", 3), request().group
            ),
            request(person("one", 3), seed=7, height=540, roll=30),
        ]
        together = swapper.swap_each(asked)

        assert [found is None for found in together] == [False, False, True, False]
        for one, found in zip(asked, together, strict=True):
            alone = swapper.swap(one.frame, one.face, one.identity, one.group)
            assert (alone is None) == (found is None)
            if alone is not None and found is not None:
                assert alone.patch.box == found.patch.box
                assert np.abs(alone.patch.bgr - found.patch.bgr).max() <= 1
                assert np.abs(alone.patch.alpha - found.patch.alpha).max() <= 1 / 255
                assert np.array_equal(alone.landmarks, found.landmarks)

    def test_nobody_asked_is_nobody_swapped(self, swapper: FaceSwapper) -> None:
        assert list(swapper.swap_each([])) == []


class TestAppearanceFaceSwapper(FaceSwapperContract):
    @pytest.fixture
    def swapper(self) -> AppearanceFaceSwapper:
        return AppearanceFaceSwapper()


class TestOnnxFaceSwapper(FaceSwapperContract):
    @pytest.fixture(scope="class", params=list(FAMILIES))
    @classmethod
    def swapper(
        cls, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
    ) -> OnnxFaceSwapper:
        runtime = Runtime(Device.CPU, threads=1, batch=3)
        folder = tmp_path_factory.mktemp("swapper")
        return made_swapper(folder, request.param, Does.TINT, colour=0.0, runtime=runtime)


class TestOnnxFaceInpainter(FaceSwapperContract):
    @pytest.fixture(params=sorted(DESCRIPTIONS))
    def swapper(self, request: pytest.FixtureRequest, tmp_path: Path) -> OnnxFaceInpainter:
        return inpainter(tmp_path, request.param)
