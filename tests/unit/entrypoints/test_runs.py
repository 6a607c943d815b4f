"""Folders of runs: one command works in each, and wiping leaves none but those."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from swaddle.entrypoints import runs
from swaddle.entrypoints.cli.exit_codes import ExitCode
from swaddle.entrypoints.cli.main import app
from swaddle.entrypoints.runs import Run, RunRecord
from swaddle.kernel.errors import Misused
from swaddle.kernel.messages import Order
from swaddle.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SWADDLE_WORK_FOLDER", str(tmp_path / "work"))
    return Settings()


def begun(settings: Settings) -> Run:
    """Return a run with a key in it."""
    record = RunRecord(
        video_id=runs.new_video_id(), source=Path("/visit.mp4"), output=None, order=Order()
    )
    run = runs.start(settings, record)
    (run.folder / "table.key").write_bytes(bytes(32))
    return run


def wiped(*arguments: str) -> int:
    return CliRunner().invoke(app, ["wipe", *arguments]).exit_code


def test_a_run_in_which_somebody_works_is_not_wiped_and_all_others_are(
    settings: Settings,
) -> None:
    busy, idle = begun(settings), begun(settings)
    with runs.occupied(busy.folder):
        assert wiped("--all") == ExitCode.USAGE
        assert busy.folder.is_dir()
        assert not idle.folder.exists()

    assert wiped("--all") == ExitCode.RELEASED
    assert list(settings.work_folder.iterdir()) == []


def test_two_commands_do_not_work_in_one_run(settings: Settings) -> None:
    run = begun(settings)
    with (
        runs.occupied(run.folder),
        pytest.raises(Misused, match="Another command"),
        runs.occupied(run.folder),
    ):
        raise AssertionError

    with runs.occupied(run.folder):
        pass


@pytest.mark.parametrize("everything", [True, False])
def test_what_is_left_of_a_run_without_its_record_can_be_wiped(
    settings: Settings, *, everything: bool
) -> None:
    run = begun(settings)
    (run.folder / runs.RECORD).unlink()

    assert wiped("--all" if everything else str(run.folder)) == ExitCode.RELEASED
    assert not run.folder.exists()


def test_a_folder_that_is_no_run_is_not_wiped(settings: Settings, tmp_path: Path) -> None:
    begun(settings)
    other = tmp_path / "videos"
    other.mkdir()

    assert wiped(str(other)) != ExitCode.RELEASED
    assert other.is_dir()
