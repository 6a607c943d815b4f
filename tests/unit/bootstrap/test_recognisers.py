"""Which recogniser is chosen, and what is refused before any work."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest

from swaddle import bootstrap
from swaddle.adapters.appearance.identity_generator import AppearanceIdentityGenerator
from swaddle.bootstrap.generators import stand_in
from swaddle.kernel.errors import Misused, StorageFailed
from swaddle.settings import Settings
from tests.made.catalogues import entry
from tests.made.scales import scale_file

SFACE = "onnx://sface_2021dec"


def test_the_shipped_recogniser_has_its_scale() -> None:
    scale = bootstrap.recognition_scale(Settings())

    assert scale.width == 128
    assert scale.recogniser.startswith(f"{Settings().embedder_url} 55533b28a95800a5 ")


@pytest.mark.parametrize(
    ("url", "described"),
    [
        (SFACE, "onnx://sface"),
        ("insightface://buffalo_l", "insightface://buffalo_l"),
        ("dlib://face_landmark", "dlib://"),
    ],
)
def test_another_one_without_a_scale_is_refused(url: str, described: str) -> None:
    with pytest.raises(Misused) as refusal:
        bootstrap.recognition_scale(Settings(embedder_url=url))

    assert str(refusal.value) == (
        f"The recogniser {url} has no scale, and similarities mean nothing without one: name its "
        "file in SWADDLE_RECOGNITION_FILE. `python -m tools.face_space.calibrate PICTURES "
        f"{described}/PATH -o FILE` makes it."
    )


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("none://", "No recogniser answers to none://"),
        ("onnx://centerface", "no family of recognisers called centerface"),
        ("onnx://nobody", "nobody"),
    ],
)
def test_what_is_no_recogniser_is_told_so(url: str, told: str) -> None:
    with pytest.raises(Misused, match=told):
        bootstrap.recognition_scale(Settings(embedder_url=url))


def test_another_scale_makes_other_vectors(tmp_path: Path) -> None:
    model = bootstrap.catalogue(Settings()).find("sface_2021dec")
    assert model.single is not None
    own = {"weights": model.single.sha256}
    names = {
        bootstrap.recognition_scale(
            Settings(
                embedder_url=SFACE, recognition_file=scale_file(path, "onnx://sface", 128, **c)
            )
        ).recogniser
        for path, c in ((tmp_path / "a", own), (tmp_path / "b", own | {"age_bias": [0, 0, 2]}))
    }

    assert len(names) == 2


def test_weights_whose_digest_nobody_publishes_are_those_that_were_fetched(tmp_path: Path) -> None:
    (tmp_path / "made.onnx").touch()
    told = entry(tmp_path / "made.onnx", "made", "sface")
    own = tmp_path / "models.toml"
    own.write_text("\n".join(line for line in told.splitlines() if "sha256" not in line))
    scale = tmp_path / "scale.json"
    settings = Settings(
        catalogue_file=own,
        model_folder=tmp_path / "models",
        embedder_url="onnx://made",
        recognition_file=scale,
    )
    model = bootstrap.catalogue(settings).find("made")
    bootstrap.model_store(settings).accept(model, model.files[0], BytesIO(b"weights"))
    digest = hashlib.sha256(b"weights").hexdigest()
    scale_file(scale, "onnx://sface", 128, weights=digest)

    found = bootstrap.recognition_scale(settings).recogniser
    assert found.startswith(f"onnx://made {digest[:16]} ")
    bootstrap.recognition_scale.cache_clear()
    scale_file(scale, "onnx://sface", 128)
    with pytest.raises(Misused, match=f"the recogniser has {digest[:16]}…"):
        bootstrap.recognition_scale(settings)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    settings = Settings(embedder_url=SFACE, recognition_file=tmp_path / "absent.json")

    with pytest.raises(StorageFailed, match=r"absent\.json of the recogniser cannot be read: No"):
        bootstrap.recognition_scale(settings)


def test_only_the_recogniser_of_the_tendencies_is_forecast() -> None:
    for settings, foresees in ((Settings(), True), (Settings(embedder_url=SFACE), False)):
        generators = (
            bootstrap.identity_generator(settings),
            stand_in(settings.model_copy(update={"identity_url": "onnx://other"})),
        )
        for generator in generators:
            assert isinstance(generator, AppearanceIdentityGenerator)
            assert generator.foresees is foresees


def test_only_the_recogniser_of_the_gallery_has_one() -> None:
    gallery = bootstrap.gallery(Settings())

    assert gallery is not None
    assert gallery.shape[1] == 128
    assert bootstrap.gallery(Settings(embedder_url=SFACE)) is None
