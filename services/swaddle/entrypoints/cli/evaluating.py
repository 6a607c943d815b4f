"""`swaddle evaluate`."""

import csv
import io
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from swaddle.entrypoints import delivery
from swaddle.evaluation.figures import BY_NAME
from swaddle.evaluation.result import Evaluation

from .options import Jobs, Overwrite, Progress
from .progress import ProgressMode, listening


def evaluate(
    original: Annotated[Path, typer.Argument(help="The original, or a folder of originals.")],
    anonymized: Annotated[
        Path,
        typer.Argument(help="The anonymized video, whoever made it, or a folder of such videos."),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="Folder for the results; default: beside the anonymized video."
        ),
    ] = None,
    overwrite: Overwrite = False,
    jobs: Jobs = None,
    progress: Progress = ProgressMode.AUTO,
) -> None:
    """Measure what an anonymized video hides and what research still sees in it."""
    from swaddle.entrypoints import evaluating

    couples = evaluating.pairs(original, anonymized)
    folder = output or (anonymized if anonymized.is_dir() else anonymized.parent)
    for _, made in couples:
        for ending in evaluating.ENDINGS.values():
            target = folder / f"{made.name}{ending}"
            delivery.check_free(target, overwrite=overwrite)
    told = []
    for source, made in couples:
        with listening(progress, made.name) as listener:
            judged = evaluating.evaluate(source, made, jobs=jobs, listener=listener)
        placed = evaluating.write(judged, folder)
        told.append(judged.evaluation)
        _show(judged.evaluation)
        for kind, path in placed.items():
            typer.echo(f"{kind:<9} {path}")
    if anonymized.is_dir():
        target = folder / "evaluation.csv"
        delivery.write(target, summary(told).encode())
        typer.echo(f"summary   {target}")


def summary(evaluations: list[Evaluation]) -> str:
    """Return all figures of all videos as comma-separated values, one line for each."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(("video", "figure", "unit", "value", "low", "high", "rows", "reencoded"))
    for told in evaluations:
        for figure in told.figures:
            one, copy = figure.measured, figure.reencoded
            measured = (None,) * 4 if one is None else (one.value, one.low, one.high, one.rows)
            unit = BY_NAME[figure.name].unit
            copied = None if copy is None else copy.value
            lines.writerow((told.name, figure.name, unit, *measured, copied))
    return text.getvalue()


def _show(told: Evaluation) -> None:
    from swaddle.evaluation.page.writing import interval, printed

    table = Table(title=told.name, title_justify="left")
    # Two names that differ at their ends alone are no names when they are cut off.
    table.add_column("figure", no_wrap=True)
    table.add_column("unit", overflow="fold")
    for name in ("anonymized", "95 % interval", "only encoded again"):
        table.add_column(name, justify="right", overflow="fold")
    for figure in told.figures:
        table.add_row(
            figure.name,
            BY_NAME[figure.name].unit,
            printed(figure.measured),
            interval(figure.measured),
            printed(figure.reencoded),
        )
    Console().print(table)
