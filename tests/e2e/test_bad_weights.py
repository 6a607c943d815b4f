"""Weights that are missing, damaged, forged or another model's, and devices that are not there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from onnxruntime import get_available_providers

from swaddle import bootstrap
from swaddle.entrypoints.cli.exit_codes import ExitCode
from swaddle.settings import Settings
from tests.contracts import embedders
from tests.e2e.command_line import CommandLine, Said
from tests.made import swappers
from tests.made.catalogues import SWAPPER, entry, fetched, made_catalogue
from tests.made.scales import digest, scale_file
from tests.media.clips import Recipe, make

pytestmark = pytest.mark.models


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue with a made swapper, an empty store, and a clip."""
    made_catalogue(tmp_path / "catalogue")
    monkeypatch.setenv("SWADDLE_CATALOGUE_FILE", str(tmp_path / "catalogue/models.toml"))
    monkeypatch.setenv("SWADDLE_MODEL_FOLDER", str(tmp_path / "models"))
    monkeypatch.setenv("SWADDLE_SWAPPER_URL", SWAPPER)
    monkeypatch.setenv("SWADDLE_THREADS", "1")
    (tmp_path / "visit.mp4").write_bytes(make(Recipe(frames=12)))
    return tmp_path


def refused(swaddle: CommandLine, place: Path, code: ExitCode = ExitCode.UNAVAILABLE) -> Said:
    """Anonymize, which has to end before anything is written."""
    output = place / "out.mp4"
    said = swaddle("anonymize", place / "visit.mp4", "--output", output, "--jobs", "1")

    assert said.code == code
    assert said.complaint.endswith(".")
    assert "Traceback" not in said.err
    assert not any(path.name.startswith(("out", ".out")) for path in place.iterdir())
    assert swaddle.left() == []
    return said


def weight(name: str = "made_hyperswap") -> Path:
    settings = Settings()
    return Path(bootstrap.model_store(settings).path(bootstrap.catalogue(settings).find(name)))


def test_weights_that_were_not_fetched(place: Path, models: Path, swaddle: CommandLine) -> None:
    bootstrap.copy_models(Settings(swapper_url="appearance://"), models)

    complaint = refused(swaddle, place).complaint
    assert "missing: made_hyperswap, made_arcface); run `swaddle models fetch`." in complaint


@pytest.mark.parametrize("damage", [lambda whole: whole[:-1], lambda whole: b"x" + whole[1:]])
def test_weights_that_were_damaged(
    place: Path, models: Path, swaddle: CommandLine, damage: Callable[[bytes], bytes]
) -> None:
    fetched(Settings(), models)
    path = weight()
    path.write_bytes(damage(path.read_bytes()))

    complaint = refused(swaddle, place).complaint
    assert "damaged: made_hyperswap); run `swaddle models fetch`." in complaint


def test_a_file_with_another_digest_is_not_fetched(place: Path, swaddle: CommandLine) -> None:
    (place / "catalogue/smooth.onnx").write_bytes(b"something else")
    said = swaddle("models", "fetch")

    assert said.code == ExitCode.UNAVAILABLE
    assert "made_hyperswap. Tried: file:smooth.onnx (the file is not the one" in said.err
    assert not list((place / "models").rglob("smooth.onnx*"))


def test_a_model_of_another_signature(place: Path, models: Path, swaddle: CommandLine) -> None:
    made_catalogue(place / "catalogue", swappers.restorer)
    fetched(Settings(), models)

    complaint = refused(swaddle, place).complaint
    assert "restorer" in complaint
    assert "has another signature: expected source (1 x 512), target (1 x 3 x 256 x 256)" in (
        complaint
    )
    assert "`swaddle models verify` tells" in complaint


@pytest.fixture
def recogniser(place: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A made recogniser of 128 numbers that is chosen; return where its scale is looked for."""
    weights = embedders.recogniser(place / "catalogue/made.onnx", 128)
    (place / "catalogue/models.toml").write_text(entry(weights, "made_recogniser", "sface"))
    monkeypatch.setenv("SWADDLE_SWAPPER_URL", "appearance://")
    monkeypatch.setenv("SWADDLE_EMBEDDER_URL", "onnx://made_recogniser")
    fetched(Settings(), models)
    return place / "scale.json"


def test_a_recogniser_without_a_scale(place: Path, recogniser: Path, swaddle: CommandLine) -> None:
    complaint = refused(swaddle, place, ExitCode.USAGE).complaint

    assert complaint.startswith("The recogniser onnx://made_recogniser has no scale, and simil")
    assert complaint.endswith("calibrate PICTURES onnx://sface/PATH -o FILE` makes it.")


@pytest.mark.parametrize(
    ("scale", "told"),
    [
        (("onnx://arcface", 128, None), "made for onnx://arcface, the recogniser is onnx://sface"),
        (("onnx://sface", 512, None), "sface gives 128 numbers for a face, the centre has 512"),
        (("onnx://sface", 128, "0" * 64), "other weights of onnx://sface: with 0000000000000000…"),
    ],
)
def test_the_scale_of_another_recogniser(
    recogniser: Path,
    swaddle: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
    scale: tuple[str, int, str | None],
    told: str,
) -> None:
    embedder, width, weights = scale
    own = weights or digest(recogniser.parent / "catalogue/made.onnx")
    scale_file(recogniser, embedder, width, weights=own)
    monkeypatch.setenv("SWADDLE_RECOGNITION_FILE", str(recogniser))

    assert told in refused(swaddle, recogniser.parent, ExitCode.USAGE).complaint


@pytest.mark.skipif(
    "CUDAExecutionProvider" in get_available_providers(), reason="there is an NVIDIA GPU"
)
def test_a_device_that_is_not_there(
    place: Path, models: Path, swaddle: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched(Settings(), models)
    monkeypatch.setenv("SWADDLE_DEVICE", "cuda")

    complaint = refused(swaddle, place).complaint
    assert "The device cuda was asked for, but the installed ONNX Runtime has no CUDA" in complaint
    assert complaint.endswith("or set SWADDLE_DEVICE=cpu.")


def test_a_licence_that_is_not_accepted(place: Path, swaddle: CommandLine) -> None:
    made_catalogue(place / "catalogue", spdx="LicenseRef-lab", commercial="false")
    said = swaddle("anonymize", place / "visit.mp4", "--output", place / "out.mp4")

    assert said.code == ExitCode.USAGE
    assert said.complaint == (
        "The model made_hyperswap is licensed under LicenseRef-lab (the test that made it), which "
        "forbids commercial use; to accept that for research, set SWADDLE_LICENCES=research."
    )
    assert swaddle.left() == []
