"""`swaddle worker` and `swaddle migrate`: what a cluster runs."""

import signal
from types import FrameType
from typing import Annotated

import typer

from swaddle import bootstrap
from swaddle.settings import Settings

from .exit_codes import plain_errors


def worker(
    stage: Annotated[str, typer.Argument(help="Which stage, for example detection.")],
) -> None:
    """Run one stage until it is told to stop: what is under way is finished first."""
    from swaddle.entrypoints.worker import Duty

    settings = Settings()
    with plain_errors():
        bootstrap.return_large_blocks()
        duty = Duty(settings, stage)

        def stop(_number: int, _frame: FrameType | None) -> None:
            duty.stopping.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        duty.run()


def migrate() -> None:
    """Make what the URLs of the settings name, where it is missing: topics, bucket, tables."""
    settings = Settings()
    with plain_errors():
        bootstrap.migrate(settings)
    typer.echo("up to date")
