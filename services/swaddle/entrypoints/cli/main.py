"""`swaddle`: the command line."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from swaddle.kernel.errors import SwaddleError

from . import anonymizing, checking, demonstrating, diagnosing, models, planning, reviewing
from .exit_codes import ExitCode, code_of, complain

app = typer.Typer(
    name="swaddle",
    help="Replace every face in a video by a synthetic person. Works offline, on this machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(models.app, name="models")
for command in (
    anonymizing.anonymize,
    planning.inspect,
    planning.render,
    planning.features,
    reviewing.release,
    reviewing.wipe,
    checking.check,
    checking.verify,
    demonstrating.demo,
    diagnosing.doctor,
    diagnosing.migrate,
):
    app.command()(command)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"swaddle {version('swaddle')}")
        raise typer.Exit


@app.callback()
def options(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Replace every face in a video by a synthetic person. Works offline, on this machine."""


def run() -> None:
    """Run the command line; what goes wrong is one sentence and a documented exit code."""
    try:
        app()
    except SwaddleError as error:
        complain(str(error))
        sys.exit(code_of(error))
    except KeyboardInterrupt:
        complain("interrupted.")
        sys.exit(ExitCode.INTERRUPTED)
