"""`swaddle check` and `swaddle verify`."""

from pathlib import Path
from typing import Annotated

import typer

from swaddle.entrypoints import rechecking, verification
from swaddle.entrypoints.delivery import beside
from swaddle.kernel.errors import Misused, StorageFailed
from swaddle.kernel.findings import Findings
from swaddle.settings import Settings

from .exit_codes import ExitCode, complain
from .options import Jobs, Progress
from .progress import ProgressMode, listening


def check(
    output: Annotated[Path, typer.Argument(metavar="OUT", help="An anonymized video.")],
    against: Annotated[Path, typer.Option("--against", metavar="INPUT", help="Its original.")],
    json_output: Annotated[
        bool, typer.Option("--json", help="Write the findings as JSON.")
    ] = False,
    jobs: Jobs = None,
    progress: Progress = ProgressMode.AUTO,
) -> None:
    """Look for faces of the original that show in a video, whoever anonymized it."""
    for path in (output, against):
        if not path.is_file():
            raise StorageFailed(f"{path} is not there, or is no file.")
    if beside(against, "manifest").is_file() and not beside(output, "manifest").is_file():
        raise Misused(
            f"{against} has a manifest beside it: it is an anonymized video. Give that first, and "
            "its original after --against."
        )
    with listening(progress, against.name) as listener:
        findings = rechecking.check(
            output, against, settings=Settings(), jobs=jobs, listener=listener
        )
    if json_output:
        typer.echo(findings.model_dump_json(indent=1))
    else:
        _tell(findings)
    raise typer.Exit(ExitCode.RELEASED if findings.passed else ExitCode.HELD)


def verify(
    output: Annotated[Path, typer.Argument(metavar="OUT", help="A released video.")],
    key: Annotated[
        Path | None, typer.Option("--key", help="Public key of the signer you expect (PEM).")
    ] = None,
) -> None:
    """Tell whether a video and its manifest are the ones that were signed."""
    result = verification.verify(output, key)
    typer.echo(result.sentence) if result.genuine else complain(result.sentence)
    raise typer.Exit(ExitCode.RELEASED if result.genuine else ExitCode.UNEXPECTED)


def _tell(findings: Findings) -> None:
    typer.echo(
        f"{findings.frames_checked} frames, {findings.faces_seen} faces seen, "
        f"{len(findings.findings)} finding{'' if len(findings.findings) == 1 else 's'}"
    )
    for found in findings.findings:
        typer.echo(
            f"{found.first_time_s:9.3f} s to {found.last_time_s:9.3f} s  {found.kind.value:<7} "
            f"{found.score:.2f} (from {found.threshold:.2f} on)  {found.detector}"
        )
