"""Options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from swaddle.kernel.errors import Misused
from swaddle.kernel.plan import Method

from .progress import ProgressMode


class WholeMethod(StrEnum):
    """What can take the place of everybody's face; a plan knows more, for one person."""

    SYNTHETIC = Method.SYNTHETIC.value
    BLUR = Method.BLUR.value
    PIXELATE = Method.PIXELATE.value
    BLACKOUT = Method.BLACKOUT.value


Output = Annotated[
    Path, typer.Option("--output", "-o", help="Where the result goes; a folder for several.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what is there already.")]
Report = Annotated[
    Path | None,
    typer.Option(
        "--report",
        help="Folder for report, features, plan, provenance and receipt; default: beside OUT, "
        "where the manifest always is.",
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", min=1, max=256, help="Processes; default: one for each core."),
]
Progress = Annotated[
    ProgressMode, typer.Option("--progress", help="How the run goes on: a bar, JSON lines, none.")
]
Cohort = Annotated[
    str, typer.Option(help="Videos of one cohort and key give one person one identity.")
]
SeedKey = Annotated[
    Path | None,
    typer.Option(
        "--seed-key",
        help="File with the key that identities are derived from; the same key, the same people.",
    ),
]


def require_key(cohort: str, seed_key: Path | None) -> None:
    """Raise Misused for a cohort without a key."""
    if cohort and seed_key is None:
        raise Misused("A cohort needs --seed-key: a fresh key would make other people each time.")
