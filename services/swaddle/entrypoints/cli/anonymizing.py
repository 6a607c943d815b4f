"""`swaddle anonymize`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from swaddle.entrypoints import api, runs
from swaddle.entrypoints.api import Outcome
from swaddle.kernel.errors import Misused, SwaddleError
from swaddle.kernel.life import State
from swaddle.kernel.messages import AudioMode
from swaddle.kernel.plan import Method
from swaddle.settings import Settings

from .exit_codes import ExitCode, code_of, complain
from .options import (
    Cohort,
    Jobs,
    Output,
    Overwrite,
    Progress,
    Report,
    SeedKey,
    WholeMethod,
    require_key,
)
from .progress import ProgressMode, listening

ENDINGS: Final = frozenset(
    {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".gif", ".mpg", ".mpeg", ".ts", ".mts"}
    | {".m2ts", ".wmv", ".asf", ".flv", ".ogv", ".3gp", ".mxf", ".y4m"}
)
"""What is taken for a video when a folder is given."""


def anonymize(
    inputs: Annotated[list[Path], typer.Argument(help="Videos, or folders of videos.")],
    output: Output,
    method: Annotated[WholeMethod, typer.Option(help="What takes the place of faces.")] = (
        WholeMethod.SYNTHETIC
    ),
    audio: Annotated[
        AudioMode, typer.Option(help="Keep the sound bit for bit, or drop it.")
    ] = AudioMode.KEEP,
    seed_key: SeedKey = None,
    cohort: Cohort = "",
    report: Report = None,
    jobs: Jobs = None,
    progress: Progress = ProgressMode.AUTO,
    overwrite: Overwrite = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where an interrupted run of the same stopped.")
    ] = False,
) -> None:
    """
    Replace every face in videos by a synthetic person, constant through each video.

    Exit codes: 0 released, 1 unexpected, 2 usage, 3 input rejected, 4 held for review,
    5 a dependency is missing, 6 cannot read or write, 130 interrupted. A folder returns the worst.
    """
    pairs = list(_pairs(inputs, output))
    require_key(cohort, seed_key)
    if len(pairs) > 1:
        # Once for all of them, instead of the same sentence for each.
        api.require_models(Settings())
    worst = ExitCode.RELEASED
    for number, (source, target) in enumerate(pairs, 1):
        try:
            with listening(progress, source.name, number) as listener:
                outcome = api.anonymize(
                    source,
                    target,
                    method=Method(method),
                    audio=audio,
                    seed_key=seed_key,
                    cohort=cohort,
                    report=report,
                    overwrite=overwrite,
                    resume=resume,
                    jobs=jobs,
                    listener=listener,
                )
            code = announce(outcome, quiet=progress is ProgressMode.JSONL)
        except SwaddleError as error:
            complain(f"{source}: {error}" if len(pairs) > 1 else str(error))
            code = code_of(error)
        except KeyboardInterrupt:
            _how_to_resume(source)
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        worst = max(worst, code)
    raise typer.Exit(worst)


def announce(outcome: Outcome, *, quiet: bool = False) -> ExitCode:
    """Say where everything is; return the exit code."""
    if outcome.state is State.HELD:
        complain(
            "held for review: the gate found what could not be repaired. The run is kept in "
            f"{outcome.work}. See the report {outcome.companions.get('report', '')}; then edit "
            f"the plan {outcome.companions.get('plan', '')} and `swaddle render` it, or `swaddle "
            "release` it, or `swaddle wipe` it."
        )
        return ExitCode.HELD
    if not quiet:
        typer.echo(f"video     {outcome.output}")
        for name, path in outcome.companions.items():
            typer.echo(f"{name:<9} {path}")
        if outcome.work is not None:
            typer.echo(f"work      {outcome.work} (`swaddle wipe` removes it)")
    return ExitCode.RELEASED


def _pairs(inputs: list[Path], output: Path) -> Iterator[tuple[Path, Path]]:
    """Yield each video with the place of its result."""
    many = len(inputs) > 1 or any(path.is_dir() for path in inputs)
    if not many:
        is_folder = output.is_dir() or not output.suffix
        yield inputs[0], _in_folder(inputs[0], output) if is_folder else output
        return
    if output.is_file():
        raise Misused(f"Several videos need a folder to go to; {output} is a file.")
    for path in inputs:
        if not path.is_dir():
            yield path, _in_folder(path, output)
            continue
        found = sorted(p for p in path.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file())
        if not found:
            raise Misused(f"There is no video in {path}.")
        for video in found:
            yield video, _in_folder(video, output / video.parent.relative_to(path))


def _in_folder(source: Path, folder: Path) -> Path:
    """Keep the name; an ending that no output can have becomes .mp4."""
    ending = source.suffix if source.suffix.lower() in (".mp4", ".mov", ".mkv") else ".mp4"
    return folder / f"{source.stem}{ending}"


def _how_to_resume(source: Path) -> None:
    kept = [run for run in runs.every(Settings()) if run.record.source == source.resolve()]
    if not kept:
        complain("interrupted; nothing was kept.")
        return
    run = max(kept, key=lambda r: r.folder.stat().st_mtime)
    complain(
        f"interrupted. The run is kept in {run.folder}: repeat the command with --resume to go "
        f"on, or remove it with `swaddle wipe {run.folder}`."
    )
