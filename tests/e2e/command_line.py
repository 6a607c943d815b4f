"""The command line, as its user meets it: words in, an exit code and sentences out."""

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from swaddle.entrypoints.cli import main


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one sentence on standard error; anything else fails."""
        lines = [line for line in self.err.splitlines() if not line.startswith("INFO:")]
        assert len(lines) == 1, self.err
        assert lines[0].startswith("swaddle: ")
        return lines[0].removeprefix("swaddle: ")


@dataclass(frozen=True)
class CommandLine:
    """swaddle with folders of its own."""

    monkeypatch: pytest.MonkeyPatch
    capfd: pytest.CaptureFixture[str]
    work: Path

    def __call__(self, *words: str | Path) -> Said:
        """Run a command in this process."""
        self.monkeypatch.setattr(sys, "argv", ["swaddle", *map(str, words)])
        self.capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main.run()
        out, err = self.capfd.readouterr()
        code = ended.value.code
        return Said(code if isinstance(code, int) else int(code is not None), out, err)

    def left(self) -> list[str]:
        """Return what lies in the work folder."""
        return sorted(p.name for p in self.work.iterdir()) if self.work.exists() else []
