from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from swaddle.entrypoints.cli import checking
from swaddle.entrypoints.cli.exit_codes import ExitCode
from swaddle.entrypoints.delivery import COMPANIONS
from swaddle.entrypoints.verification import verify
from swaddle.kernel.errors import Misused, StorageFailed
from swaddle.settings import Settings
from tests.unit.certification.material import Office, output


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def video(office: Office) -> Path:
    """A released video, and everything beside it."""
    path = office.folder / "out.mp4"
    path.write_bytes(output())
    for name, content in office.certified(office.command()).files.items():
        path.with_name(f"{path.name}{COMPANIONS[name]}").write_bytes(content)
    return path


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    """Somebody who never signed anything."""
    return Settings(config_folder=tmp_path / "elsewhere")


def test_a_video_is_found_genuine_on_another_machine(video: Path, elsewhere: Settings) -> None:
    found = verify(video, settings=elsewhere)

    assert found.genuine
    assert "unknown signer" in found.sentence


def test_to_verify_makes_no_key(video: Path, elsewhere: Settings) -> None:
    verify(video, settings=elsewhere)

    assert not elsewhere.config_folder.exists()


def test_the_key_that_was_handed_over_is_expected(video: Path, elsewhere: Settings) -> None:
    key = video.parent / "config" / "signing.pub.pem"

    assert verify(video, key, elsewhere).expected


def test_whoever_signed_it_is_expected_by_themselves(video: Path) -> None:
    assert verify(video, settings=Settings(config_folder=video.parent / "config")).expected


@pytest.mark.parametrize("ending", ["", *(COMPANIONS[n] for n in COMPANIONS if n != "receipt")])
def test_one_changed_byte_is_refused(video: Path, elsewhere: Settings, ending: str) -> None:
    path = video.with_name(f"{video.name}{ending}")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    assert not verify(video, settings=elsewhere).genuine


@pytest.mark.parametrize("name", ["report", "features", "plan", "provenance", "receipt"])
def test_what_was_not_handed_over_is_not_asked_for(
    video: Path, elsewhere: Settings, name: str
) -> None:
    video.with_name(f"{video.name}{COMPANIONS[name]}").unlink()

    assert verify(video, settings=elsewhere).genuine


@pytest.mark.parametrize("ending", ["", ".manifest.json", ".manifest.sig"])
def test_what_is_needed_and_missing_is_named(
    video: Path, elsewhere: Settings, ending: str
) -> None:
    video.with_name(f"{video.name}{ending}").unlink()

    with pytest.raises(StorageFailed, match=rf"out\.mp4{ending} cannot be read: No such file"):
        verify(video, settings=elsewhere)


def test_a_key_that_is_none_is_refused(video: Path, elsewhere: Settings) -> None:
    with pytest.raises(Misused, match="no public key"):
        verify(video, video, elsewhere)


@pytest.mark.parametrize(
    ("more", "code", "word"),
    [(b"", ExitCode.RELEASED, "Unchanged since"), (b".", ExitCode.UNEXPECTED, "The video is not")],
)
def test_the_command_says_so_in_one_sentence(
    video: Path, monkeypatch: pytest.MonkeyPatch, more: bytes, code: ExitCode, word: str
) -> None:
    monkeypatch.setenv("SWADDLE_CONFIG_FOLDER", str(video.parent / "elsewhere"))
    video.write_bytes(output() + more)
    app = typer.Typer()
    app.command()(checking.verify)
    result = CliRunner().invoke(app, [str(video)])

    assert result.exit_code == code
    assert word in result.output
    assert result.output.count("\n") == 1
