"""`swaddle serve`, `worker`, `migrate`, `token`: what a platform runs."""

import re
import secrets
import signal
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Annotated, Final

import typer

from swaddle import bootstrap
from swaddle.kernel.access import Grant, Role
from swaddle.kernel.errors import Misused, StorageFailed
from swaddle.kernel.identifiers import Tenant
from swaddle.kernel.ports import TokenStore
from swaddle.settings import Settings

from .exit_codes import plain_errors

app = typer.Typer(
    help="Issue and revoke the tokens of the API.", no_args_is_help=True, rich_markup_mode=None
)

HOME: Final = "platform"
"""Where a platform on one machine keeps everything, below the work folder."""

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
"""Of a tenant: it is part of blobs' keys."""


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8080,
    stage: Annotated[
        list[str] | None, typer.Option(help="Stages to run here; all, unless named.")
    ] = None,
) -> None:
    """Serve the HTTP API, with the workers in the same process."""
    from swaddle.entrypoints.serving import serve as run

    with plain_errors():
        settings = _prepared("serve")
        run(settings, host, port, stage or list(bootstrap.STAGES))


def worker(
    stage: Annotated[str, typer.Argument(help="Which stage, for example detection.")],
) -> None:
    """Run one stage until it is told to stop: what is under way is finished first."""
    from swaddle.entrypoints.telemetry import serve_health
    from swaddle.entrypoints.worker import Duty

    with plain_errors():
        settings = _prepared(stage)
        duty = Duty(settings, stage)
        serve_health(settings.health_port, duty.alive)

        def stop(_number: int, _frame: FrameType | None) -> None:
            duty.stopping.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        duty.run()


def migrate(
    parts: Annotated[
        list[str] | None, typer.Argument(help="bus, blobs, ledger; all, unless named.")
    ] = None,
) -> None:
    """Make what the URLs of the settings name, where it is missing: topics, bucket, tables."""
    settings = platform_settings()
    with plain_errors():
        bootstrap.migrate(settings, parts or ())
    typer.echo("up to date")


@app.command()
def issue(
    tenant: Annotated[str, typer.Argument(help="Whose videos it is for.")],
    holder: Annotated[str, typer.Argument(help="Who gets it; reviews carry this name.")],
    role: Annotated[Role, typer.Option(help="What it is good for.")] = Role.SUBMITTER,
    days: Annotated[int, typer.Option(min=1, help="How long it is good.")] = 90,
) -> None:
    """Make a token and show it, this once."""
    settings = platform_settings()
    with plain_errors():
        if not NAME.fullmatch(tenant):
            raise Misused("A tenant's name has small letters, digits and hyphens, at most 63.")
        store = bootstrap.token_store(settings)
        token = issued(store, Tenant(tenant), holder, role, timedelta(days=days))
    typer.echo(token)


def issued(store: TokenStore, tenant: Tenant, holder: str, role: Role, life: timedelta) -> str:
    """Make a token that is good for so long; return it, as nobody can read it again."""
    token = f"swd_{secrets.token_urlsafe(32)}"
    expires = bootstrap.clock().now() + life
    store.issue(token, Grant(tenant=tenant, role=role, holder=holder, expires=expires))
    return token


@app.command()
def revoke(
    tenant: Annotated[str, typer.Argument(help="Whose videos it was for.")],
    holder: Annotated[str, typer.Argument(help="Who has it.")],
) -> None:
    """Forget every token of a holder."""
    with plain_errors():
        number = bootstrap.token_store(platform_settings()).revoke(Tenant(tenant), holder)
    typer.echo(f"{number} revoked")


def _prepared(name: str) -> Settings:
    """Get this process ready to work for long."""
    from swaddle.entrypoints.telemetry import write_logs
    from swaddle.entrypoints.tracing import send_traces

    settings = platform_settings()
    write_logs()
    send_traces(settings.traces_url, name)
    bootstrap.return_large_blocks()
    return settings


def platform_settings() -> Settings:
    """Return the settings; what no URL names lies in one folder, the same for every command."""
    settings = Settings()
    if settings.run_folder != Path():
        return settings
    home = settings.work_folder / HOME
    with plain_errors():
        try:
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StorageFailed(f"{home} cannot be made: {error.strerror}.") from error
    return settings.model_copy(update={"run_folder": home})
