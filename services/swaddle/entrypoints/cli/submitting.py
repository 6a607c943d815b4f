"""`swaddle submit`: let a server anonymize a video."""

from pathlib import Path
from typing import Annotated, Any

import typer

from swaddle.kernel.errors import Rejected, StorageFailed
from swaddle.kernel.life import State

from .exit_codes import ExitCode, plain_errors


def submit(
    video: Annotated[Path, typer.Argument(help="The video.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the result goes.")],
    token_file: Annotated[Path, typer.Option(help="File that holds the token.")],
    server: Annotated[str, typer.Option(help="The API.")] = "http://127.0.0.1:8080",
    method: Annotated[str, typer.Option(help="As of `swaddle anonymize`.")] = "synthetic",
    overwrite: Annotated[bool, typer.Option(help="Replace an existing output.")] = False,
) -> None:
    """Let a server anonymize a video; wait, and fetch the result with what testifies to it."""
    from swaddle.entrypoints import delivery
    from swaddle.entrypoints.client import FETCHED, Client

    with plain_errors():
        container = delivery.check_output(video, output, overwrite=overwrite)
        client = Client.to(server, _token(token_file))
        name = client.submit(video, {"method": method, "container": container})
        last: dict[str, Any] = {}

        def hear(seen: dict[str, Any]) -> None:
            last.update(seen)
            typer.echo(_told(seen))

        state = client.follow(name, hear)
        if state is State.FAILED:
            raise Rejected(last["reason"])
        if state is not State.RELEASED:
            typer.echo(f"swaddle: {name} is {state.value}.", err=True)
            raise typer.Exit(ExitCode.HELD)
        for part in FETCHED:
            client.fetch(name, part, delivery.beside(output, part))
        client.fetch(name, "output", output)
        typer.echo(f"{output}")


def _token(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError as error:
        raise StorageFailed(f"{file} cannot be read: {error.strerror}.") from error


def _told(seen: dict[str, Any]) -> str:
    rendered = f", {seen['segments_rendered']}/{seen['segments']} segments"
    return f"{seen['id']} {seen['state']}{rendered if seen['segments'] else ''}"
