"""What the driver says of NVIDIA's cards."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

QUESTION: Final = "--query-gpu=name,driver_version,memory.total,memory.used"
FORM: Final = "--format=csv,noheader,nounits"

PATIENCE_S: Final = 10
"""A driver that hangs is none."""


@dataclass(frozen=True, slots=True)
class Card:
    """One card, and its memory in MiB, whoever uses it."""

    name: str
    driver: str
    total: int
    used: int


Ask = Callable[[], str]
"""Returns what `nvidia-smi` prints, empty where it is not there or fails."""


def ask_driver() -> str:
    """Run `nvidia-smi`."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return ""
    try:
        asked = subprocess.run(  # noqa: S603 - a program of the driver, with words of ours
            [program, QUESTION, FORM],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return asked.stdout


def cards(ask: Ask = ask_driver) -> Sequence[Card]:
    """Return the cards of this machine, none where no driver answers."""
    rows = [[cell.strip() for cell in line.split(",")] for line in ask().splitlines()]
    return [
        Card(name, driver, int(total), int(used))
        for name, driver, total, used in (row for row in rows if len(row) == len(Card.__slots__))
        if total.isdigit() and used.isdigit()
    ]
