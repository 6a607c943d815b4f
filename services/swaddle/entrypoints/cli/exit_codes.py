"""What the command line says and returns when something ends otherwise than well."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Final

import typer

from swaddle.kernel.errors import (
    Conflict,
    Forged,
    Misused,
    NotFound,
    Rejected,
    StorageFailed,
    SwaddleError,
    Unavailable,
)


class ExitCode(IntEnum):
    """The exit codes of every command."""

    RELEASED = 0
    UNEXPECTED = 1
    USAGE = 2
    REJECTED = 3
    HELD = 4
    UNAVAILABLE = 5
    STORAGE = 6
    INTERRUPTED = 130


CODES: Final[tuple[tuple[type[SwaddleError], ExitCode], ...]] = (
    (Rejected, ExitCode.REJECTED),
    (Misused, ExitCode.USAGE),
    (Unavailable, ExitCode.UNAVAILABLE),
    (StorageFailed, ExitCode.STORAGE),
    (NotFound, ExitCode.STORAGE),
    (Conflict, ExitCode.UNEXPECTED),
    (Forged, ExitCode.UNEXPECTED),
    (SwaddleError, ExitCode.UNEXPECTED),
)


def code_of(error: SwaddleError) -> ExitCode:
    """Return the exit code that an error means."""
    return next(code for kind, code in CODES if isinstance(error, kind))


def complain(sentence: str) -> None:
    """Say what is wrong, on standard error."""
    typer.echo(f"swaddle: {sentence}", err=True)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn errors that swaddle raises on purpose into a sentence and an exit code."""
    try:
        yield
    except SwaddleError as error:
        complain(str(error))
        raise typer.Exit(code_of(error)) from error
