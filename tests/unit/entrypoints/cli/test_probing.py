"""What a probe says on one machine; tests/e2e/test_stack.py asks real servers."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from swaddle.entrypoints.cli.exit_codes import ExitCode
from swaddle.entrypoints.cli.main import app


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SWADDLE_RUN_FOLDER", str(tmp_path))
    return tmp_path


def said(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, words)
    return result.exit_code, result.output


def test_a_ledger_without_tables_says_what_makes_them() -> None:
    code, output = said("probe")

    assert code == ExitCode.UNAVAILABLE
    assert output.splitlines() == [
        "ok bus",
        "ok blobs",
        "NO ledger  The tables of the ledger are not up to date: `swaddle migrate ledger`.",
    ]


def test_what_was_migrated_is_there() -> None:
    assert said("migrate", "ledger") == (0, "up to date\n")
    assert said("probe") == (0, "ok bus\nok blobs\nok ledger\n")


def test_an_api_that_does_not_answer_is_named() -> None:
    said("migrate")
    code, output = said("probe", "--server", "http://127.0.0.1:9")

    assert code == ExitCode.UNAVAILABLE
    assert output.splitlines()[-1] == "NO api     The server does not answer (ConnectError)."


def test_what_cannot_be_migrated_is_named() -> None:
    code, output = said("migrate", "topics")

    assert code == ExitCode.USAGE
    assert "nothing called 'topics' to migrate; give bus, blobs, ledger" in output
