"""`swaddle probe`: asks a platform whether it is there, and good enough."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final

import typer

from swaddle import bootstrap
from swaddle.kernel.access import Role
from swaddle.kernel.errors import Rejected, SwaddleError
from swaddle.kernel.identifiers import Tenant
from swaddle.kernel.life import State
from swaddle.settings import Settings

from .exit_codes import ExitCode, code_of
from .serving import issued, platform_settings

TENANT: Final = Tenant("probe")
"""Whose the clip is: nobody else's."""

TOKEN_LIFE: Final = timedelta(hours=1)


def probe(
    server: Annotated[str, typer.Option(help="The API; without it, it is not asked.")] = "",
    demo: Annotated[
        bool, typer.Option("--demo", help="Let it anonymize a rendered clip, and erase that.")
    ] = False,
) -> None:
    """Ask bus, store and ledger of a platform, then its API; say what is wrong and what to do."""
    settings = platform_settings()
    steps: dict[str, Callable[[], None]] = {
        part: partial(ask, settings) for part, ask in bootstrap.PROBES.items()
    }
    if server:
        steps["api"] = partial(_ask, server)
    if server and demo:
        steps["demo"] = partial(_send_clip, settings, server)
    failed: ExitCode | None = None
    for what, step in steps.items():
        try:
            step()
        except SwaddleError as error:
            typer.echo(f"NO {what:<7} {error}")
            failed = failed or code_of(error)
        else:
            typer.echo(f"ok {what}")
    raise typer.Exit(failed or ExitCode.RELEASED)


def _ask(server: str) -> None:
    from swaddle.entrypoints.client import Client

    Client.to(server, None).ready()


def _send_clip(settings: Settings, server: str) -> None:
    from swaddle.entrypoints.client import Client

    from .demonstrating import render_demonstration

    with _token(settings) as token, TemporaryDirectory(prefix="swaddle-probe-") as folder:
        clip, output = Path(folder) / "original.mp4", Path(folder) / "output.mp4"
        render_demonstration(clip)
        client = Client.to(server, token)
        video = client.submit(clip, {"method": "synthetic", "container": "mp4"})
        try:
            state = client.follow(video, lambda _seen: None)
            if state is not State.RELEASED:
                raise Rejected(
                    f"The rendered clip is {state.value}, not released: look at the logs of the "
                    "stages and at what they put aside."
                )
            client.fetch(video, "output", output)
        finally:
            client.erase(video)


@contextmanager
def _token(settings: Settings) -> Iterator[str]:
    store = bootstrap.token_store(settings)
    holder = f"probe-{secrets.token_hex(4)}"
    token = issued(store, TENANT, holder, Role.SUBMITTER, TOKEN_LIFE)
    try:
        yield token
    finally:
        store.revoke(TENANT, holder)
