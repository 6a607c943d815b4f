"""`swaddle`: the command line."""

import sys
import traceback
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from swaddle.kernel.errors import SwaddleError
from swaddle.settings import Settings

from . import (
    anonymizing,
    benching,
    checking,
    demonstrating,
    diagnosing,
    evaluating,
    models,
    planning,
    probing,
    reviewing,
    serving,
    submitting,
)
from .exit_codes import ExitCode, code_of, complain

app = typer.Typer(
    name="swaddle",
    help="Replace every face in a video by a synthetic person. Works offline, on this machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(models.app, name="models")
app.add_typer(serving.app, name="token")
for command in (
    anonymizing.anonymize,
    planning.inspect,
    planning.render,
    planning.features,
    reviewing.release,
    reviewing.wipe,
    checking.check,
    checking.verify,
    evaluating.evaluate,
    benching.bench,
    demonstrating.demo,
    diagnosing.doctor,
    submitting.submit,
    serving.serve,
    serving.worker,
    serving.migrate,
    probing.probe,
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
    except ValidationError as error:
        complain(_unset(error) if error.title == Settings.__name__ else _unexpected(error))
        sys.exit(ExitCode.USAGE if error.title == Settings.__name__ else ExitCode.UNEXPECTED)
    except KeyboardInterrupt:
        complain("interrupted.")
        sys.exit(ExitCode.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the last line: whatever is not ours is a bug of ours
        complain(_unexpected(error))
        sys.exit(ExitCode.UNEXPECTED)


def _unset(error: ValidationError) -> str:
    """Say which settings cannot be meant, and not what they are: some are secret."""
    wrong = (
        f"SWADDLE_{'_'.join(str(part) for part in told['loc'][:1]).upper()}: {told['msg']}"
        for told in error.errors(include_input=False, include_url=False)
    )
    return f"settings that cannot be meant: {'; '.join(wrong)}."


def _unexpected(error: Exception) -> str:
    """Say where it happened, and not what: the words of an error may name a file or a child."""
    trace = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in trace if "swaddle" in Path(frame.filename).parts] or list(trace)
    place = (
        f"{Path(ours[-1].filename).stem}, line {ours[-1].lineno}" if ours else "an unknown place"
    )
    return (
        f"unexpected {type(error).__name__} in {place}: a bug of swaddle's. Nothing was released. "
        "Please report this line; the run was kept, and `swaddle wipe --all` removes it."
    )
