"""`swaddle release` and `swaddle wipe`."""

from pathlib import Path
from typing import Annotated

import typer

from swaddle.entrypoints import api, runs
from swaddle.kernel.errors import Misused
from swaddle.settings import Settings

from .anonymizing import announce
from .exit_codes import ExitCode, complain
from .options import Output, Overwrite, Report

Work = Annotated[Path, typer.Argument(metavar="WORK", help="The folder of a run that was kept.")]


def release(
    work: Work,
    output: Output,
    reviewer: Annotated[str, typer.Option(help="Who answers for it; named in the manifest.")],
    reason: Annotated[str, typer.Option(help="Why it may be released; named in the manifest.")],
    report: Report = None,
    overwrite: Overwrite = False,
) -> None:
    """Release a video that the gate holds, on somebody's responsibility."""
    if not reviewer.strip() or not reason.strip():
        raise Misused("A release needs a reviewer and a reason; both are named in the manifest.")
    if not (reviewer + reason).isprintable():
        raise Misused("Reviewer and reason must be one line of plain text each.")
    outcome = api.release(
        work, output, reviewer=reviewer, reason=reason, report=report, overwrite=overwrite
    )
    raise typer.Exit(announce(outcome))


def wipe(
    work: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[WORK]...", help="Folders of runs that were kept."),
    ] = None,
    everything: Annotated[
        bool,
        typer.Option("--all", help="Wipe every run that was kept, but those under way."),
    ] = False,
) -> None:
    """Remove runs with everything in them: first their keys, then what the keys sealed."""
    settings = Settings()
    chosen = [runs.named(settings, folder) for folder in work or []]
    if everything:
        chosen = list(runs.folders(settings))
    elif not chosen:
        raise Misused("Say which run to wipe, or --all.")
    busy = 0
    for folder in chosen:
        try:
            with runs.occupied(folder):
                runs.wipe(folder)
            typer.echo(f"wiped     {folder}")
        except Misused as error:
            complain(f"{error} It was left.")
            busy += 1
    if busy:
        raise typer.Exit(ExitCode.USAGE)
