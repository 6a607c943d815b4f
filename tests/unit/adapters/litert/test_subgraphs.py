"""A part of a model computes what the whole one does."""

import numpy as np
import pytest

from swaddle.adapters.litert.interpreter import LitertNetwork
from swaddle.adapters.litert.subgraphs import StoredGraph
from swaddle.bootstrap.weights import weights_of
from swaddle.settings import Settings

pytestmark = pytest.mark.models

PICTURE, BETWEEN, LANDMARKS = "input_1", "p_re_lu_6", "conv2d_21"
PLACES = "landmarks_to_transform_matrix_v2"


def content(name: str) -> bytes:
    return weights_of(Settings(), name).read_bytes()


@pytest.fixture(scope="module")
def mesh() -> bytes:
    return content("face_landmark")


@pytest.fixture(scope="module")
def attention() -> bytes:
    return content("face_landmark_with_attention")


def test_two_parts_after_each_other_are_the_whole(mesh: bytes) -> None:
    whole = LitertNetwork(mesh)
    picture = np.random.default_rng(1).random(whole.shape, dtype=np.float32)
    first = LitertNetwork(StoredGraph.of(mesh).cut([PICTURE], [BETWEEN]))
    second = LitertNetwork(StoredGraph.of(mesh).cut([BETWEEN], [LANDMARKS]))
    between = first(picture)[BETWEEN]

    assert first.shape == whole.shape
    assert second.shape == between.shape
    np.testing.assert_allclose(
        second(between)[LANDMARKS], whole(picture)[LANDMARKS], rtol=1e-4, atol=1e-3
    )


def test_an_operator_that_litert_lacks_is_left_out(attention: bytes) -> None:
    with pytest.raises(RuntimeError, match="custom op"):
        LitertNetwork(attention)

    assert LitertNetwork(StoredGraph.of(attention).cut([PICTURE], ["output_mesh"])).shape == (
        192,
        192,
        3,
    )


def test_what_such_an_operator_is_told_is_read(attention: bytes) -> None:
    told = StoredGraph.of(attention).options(PLACES)

    assert (told["left_rotation_idx"], told["right_rotation_idx"]) == (61, 291)
    assert (told["output_width"], told["output_height"]) == (16, 16)
    assert len(told["subset_idxs"]) == 80


def test_the_model_itself_stays_as_it_is(mesh: bytes) -> None:
    before = bytes(mesh)
    StoredGraph.of(mesh).cut([PICTURE], [BETWEEN])

    assert mesh == before


@pytest.mark.parametrize(("start", "end"), [(["nothing"], [LANDMARKS]), ([PICTURE], ["nothing"])])
def test_a_tensor_that_is_not_there_is_refused(
    mesh: bytes, start: list[str], end: list[str]
) -> None:
    with pytest.raises(ValueError, match="nothing"):
        StoredGraph.of(mesh).cut(start, end)


def test_what_would_need_more_than_is_given_is_refused(attention: bytes) -> None:
    with pytest.raises(ValueError, match="would have to be given"):
        StoredGraph.of(attention).cut(["conv_lips"], ["output_mesh"])


def test_more_than_the_model_has_room_for_is_refused(mesh: bytes) -> None:
    with pytest.raises(ValueError, match="2 tensors do not fit in the place of 1"):
        StoredGraph.of(mesh).cut([PICTURE, BETWEEN], [LANDMARKS])
