"""dlib's network without dlib's arithmetic."""

from itertools import combinations
from pathlib import Path

import cv2
import dlib
import numpy as np
import pytest

from swaddle.adapters.dlib.face_embedder import DlibFaceEmbedder, upright
from swaddle.adapters.dlib.network import WIDTH
from swaddle.bootstrap.weights import weights_of
from swaddle.kernel.errors import ModelFailed, ModelMissing
from swaddle.settings import Settings
from tests.contracts.test_face_embedder import Sight, people

pytestmark = pytest.mark.models

MARK = b"\x01\x05con_4"


@pytest.fixture(scope="module")
def weights() -> Path:
    return weights_of(Settings(), "dlib_face_recognition_resnet_model_v1")


@pytest.fixture(scope="module")
def embedder(weights: Path) -> DlibFaceEmbedder:
    return DlibFaceEmbedder(weights, np.zeros(WIDTH))


def sights() -> list[Sight]:
    """Return two faces, and three pictures that show none."""
    (picture, landmarks), other = people()
    height, width = picture.shape[:2]
    clouds = [
        cv2.resize(
            np.random.default_rng(seed).integers(0, 256, (9, 16, 3), np.uint8), (width, height)
        )
        for seed in range(2)
    ]
    nothing = [(cloud, landmarks) for cloud in (*clouds, np.zeros_like(picture))]
    return [(picture, landmarks), other, *nothing]


def test_vectors_are_those_of_dlib(weights: Path, embedder: DlibFaceEmbedder) -> None:
    network = dlib.face_recognition_model_v1(str(weights))
    theirs = np.asarray(network.compute_face_descriptor([upright(*sight) for sight in sights()]))
    ours = embedder.raw(sights())

    # dlib calls two pictures one person up to a distance of 0.6.
    assert all(np.linalg.norm(a - b) > 0.1 for a, b in combinations(theirs, 2))
    assert np.linalg.norm(ours - theirs, axis=1).max() < 1e-5


def test_a_face_has_the_same_vector_whoever_is_beside_it(embedder: DlibFaceEmbedder) -> None:
    together = embedder.raw(sights())
    alone = [embedder.raw([sight])[0] for sight in sights()]

    assert np.array_equal(together, alone)


@pytest.mark.parametrize("spoiled", ["cut off", "one layer more", "another kind", "another size"])
def test_what_is_no_such_network_is_refused(spoiled: str, weights: Path, tmp_path: Path) -> None:
    content = weights.read_bytes()
    changed = {
        "cut off": content[: len(content) // 2],
        "one layer more": content + content[content.index(MARK) :],
        "another kind": content.replace(MARK, b"\x01\x05con_3"),
        "another size": content.replace(
            MARK + b"\x01\x02\x02\x80\x12", MARK + b"\x01\x02\x02\x80\x11"
        ),
    }
    assert changed[spoiled] != content
    path = tmp_path / "spoiled.dat"
    path.write_bytes(changed[spoiled])

    with pytest.raises(ModelMissing, match=r"spoiled\.dat is no recogniser of dlib's"):
        DlibFaceEmbedder(path, np.zeros(WIDTH))


def test_what_is_no_number_is_nobody(weights: Path, tmp_path: Path) -> None:
    content = bytearray(weights.read_bytes())
    # Some of the weights that make the vector.
    place = content.index(b"fc_2") + 1000
    content[place : place + 4000] = b"\xff" * 4000
    path = tmp_path / "spoiled.dat"
    path.write_bytes(content)

    with pytest.raises(ModelFailed, match="dlib gave something that is no number"):
        DlibFaceEmbedder(path, np.zeros(WIDTH)).embed([people()[0]])
