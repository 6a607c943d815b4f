"""What a recogniser's similarities mean is learned from people who are known."""

import json
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from swaddle import bootstrap
from swaddle.adapters.onnx.face_embedder import OnnxFaceEmbedder
from swaddle.kernel.errors import Misused, ModelMissing
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Floats
from swaddle.settings import Settings
from tests.contracts import embedders
from tests.contracts.test_face_embedder import people
from tests.made.catalogues import folder_entry
from tests.made.scales import digest
from tools.face_space import opening, recogniser
from tools.face_space.pictures import Face, Picture

WIDTH = 96
AGES = ("infant", "child", "adult")


@pytest.fixture
def crowd() -> tuple[Floats, list[Picture]]:
    """
    Return the vectors of three hundred people, a third of each age, every fourth held out.

    All share a direction, each age another one; adults differ most among themselves.
    """
    random = np.random.default_rng(7)
    pictures = [Picture(str(n), AGES[n % 3], frozenset(), n % 4 == 0) for n in range(300)]
    vectors = random.normal(0, 0.1, (300, WIDTH))
    vectors[:, 0] += 5
    for n in range(300):
        vectors[n, 1 + n % 3] += (2.0, 1.5, 0.3)[n % 3]
    return vectors, pictures


def test_what_all_people_share_is_the_centre(crowd: tuple[Floats, list[Picture]]) -> None:
    known, vectors = recogniser.scale(*crowd)

    assert known["mean"][0] == pytest.approx(5, abs=0.05)
    assert len(known["mean"]) == WIDTH
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)


def test_strangers_of_one_age_are_as_alike_as_they_are(
    crowd: tuple[Floats, list[Picture]],
) -> None:
    known, _ = recogniser.scale(*crowd)
    strangers = known["strangers"]

    assert set(strangers) == set(AgeGroup)
    assert strangers["infant"]["mean"] > strangers["adult"]["mean"]
    assert strangers["infant"]["people"] == 25
    assert strangers["infant"]["pairs"] == 25 * 24 // 2


def test_ages_are_learned_from_those_who_are_not_held_out(
    crowd: tuple[Floats, list[Picture]],
) -> None:
    known, _ = recogniser.scale(*crowd)

    assert np.shape(known["age_weights"]) == (WIDTH, 3)
    assert np.trace(known["age_confusion_held_out"]) > 70


def test_a_centre_that_was_learned_serves_the_recogniser(tmp_path: Path) -> None:
    path = embedders.recogniser(tmp_path / "arcface.onnx", 512)
    opened = opening.open_recogniser(f"onnx://arcface{path}")
    pictures = [Picture(str(n), "adult", frozenset(), n < 2) for n in range(2)]
    faces = [Face(p, *sight) for p, sight in zip(pictures, people(), strict=True)]
    raw = recogniser.seen(opened, faces * 20)

    assert raw.shape == (40, 512)
    one, other = OnnxFaceEmbedder(path, raw.mean(axis=0)).embed(people())
    assert one @ other == pytest.approx(-1, abs=1e-3)


def test_the_file_names_the_weights_and_no_folder_of_a_machine(tmp_path: Path) -> None:
    path = embedders.recogniser(tmp_path / "sface.onnx", 128)

    assert opening.described(f"onnx://sface{path}") == {
        "embedder": "onnx://sface",
        "weights": digest(path),
    }
    assert opening.described(f"dlib://{path}")["weights"] == digest(path)
    with pytest.raises(ModelMissing, match=r"^The model x\.onnx cannot be read: No such file"):
        opening.described(f"onnx://sface{tmp_path}/x.onnx")


@pytest.mark.models
def test_the_shipped_scale_names_the_fetched_weights(models: Path) -> None:
    del models
    shipped = files("swaddle.adapters.dlib").joinpath("recogniser.json").read_text()

    assert opening.described("dlib://").items() <= json.loads(shipped).items()


def test_a_pack_is_known_by_all_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "made").mkdir()
    embedders.recogniser(tmp_path / "made/faces.onnx", 512)
    (tmp_path / "made/others.onnx").write_bytes(b"any")
    text = folder_entry(tmp_path, "made")
    (tmp_path / "models.toml").write_text(text)
    monkeypatch.setenv("SWADDLE_CATALOGUE_FILE", str(tmp_path / "models.toml"))
    monkeypatch.setenv("SWADDLE_MODEL_FOLDER", str(tmp_path / "models"))
    settings = Settings()
    pack, store = bootstrap.catalogue(settings).find("made"), bootstrap.model_store(settings)
    for file in pack.files:
        store.accept(pack, file, BytesIO((tmp_path / file.path).read_bytes()))

    assert opening.described(f"insightface://made{tmp_path}") == {
        "embedder": "insightface://made",
        "weights": store.digest(pack),
    }


def test_what_is_no_recogniser_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(Misused, match="is no recogniser"):
        opening.open_recogniser("file:///tmp/x")
    with pytest.raises(Misused, match="no family of recognisers called facenet"):
        opening.open_recogniser(f"onnx://facenet{tmp_path}/x.onnx")
    with pytest.raises(ModelMissing, match=r"x\.onnx is not there"):
        opening.open_recogniser(f"onnx://sface{tmp_path}/x.onnx")
