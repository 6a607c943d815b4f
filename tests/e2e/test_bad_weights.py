"""Weights that are missing, damaged, forged or another model's, and devices that are not there."""

from collections.abc import Callable
from pathlib import Path

import pytest

from swaddle import bootstrap
from swaddle.entrypoints.cli.exit_codes import ExitCode
from swaddle.settings import Settings
from tests.e2e.command_line import CommandLine, Said
from tests.made import swappers
from tests.made.catalogues import SWAPPER, fetched, made_catalogue
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


def refused(swaddle: CommandLine, place: Path) -> Said:
    """Anonymize, which has to end before anything is written."""
    output = place / "out.mp4"
    said = swaddle("anonymize", place / "visit.mp4", "--output", output, "--jobs", "1")

    assert said.code == ExitCode.UNAVAILABLE
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
