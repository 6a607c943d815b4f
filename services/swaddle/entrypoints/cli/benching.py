"""`swaddle bench`."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from swaddle import bootstrap
from swaddle.entrypoints import api, delivery
from swaddle.entrypoints.benchmarking import Benchmark
from swaddle.kernel.plan import Method
from swaddle.settings import Settings

from .demonstrating import render_demonstration
from .options import Overwrite, Progress, WholeMethod
from .progress import ProgressMode, listening


def bench(
    video: Annotated[
        Path | None, typer.Argument(help="A video like yours; without one, a rendered scene.")
    ] = None,
    method: Annotated[WholeMethod, typer.Option(help="What becomes of each face.")] = (
        WholeMethod.SYNTHETIC
    ),
    engine: Annotated[
        list[str] | None,
        typer.Option(
            help="URL of a detector, a landmarker, a recogniser, an identity generator or a "
            "swapper, in place of that of the settings; may be given for each."
        ),
    ] = None,
    runs: Annotated[int, typer.Option(min=1, max=100, help="Runs that count.")] = 3,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="File for the figures as JSON, for sizing a platform."
        ),
    ] = None,
    overwrite: Overwrite = False,
    progress: Progress = ProgressMode.AUTO,
) -> None:
    """Measure how long each stage takes on this machine; nothing of the video is kept."""
    from swaddle.entrypoints import benchmarking

    settings = Settings()
    for url in engine or ():
        settings = bootstrap.with_engine(settings, url)
    api.require_models(settings)
    if output is not None:
        delivery.check_free(output, overwrite=overwrite)
    with _clip(video) as clip, listening(progress, clip.name) as listener:
        measured = benchmarking.measure(
            clip, Method(method), runs, settings=settings, listener=listener
        )
    if output is not None:
        delivery.write(output, measured.to_json().encode())
    if progress is not ProgressMode.JSONL:
        _show(measured)


@contextmanager
def _clip(video: Path | None) -> Iterator[Path]:
    if video is not None:
        yield video
        return
    with tempfile.TemporaryDirectory(prefix="swaddle-bench-") as folder:
        rendered = Path(folder) / "scene.mp4"
        render_demonstration(rendered)
        yield rendered


def _show(measured: Benchmark) -> None:
    size = f"{measured.frames} frames of {measured.width} x {measured.height}"
    table = Table(title=f"{size}, {measured.method}, one job", title_justify="left")
    table.add_column("stage")
    for name in ("seconds", "share", "frames a second"):
        table.add_column(name, justify="right")
    for stage in measured.stages:
        share = stage.seconds / measured.seconds if measured.seconds else 0.0
        rate = f"{stage.frames_per_second:.0f}" if stage.seconds else ""
        table.add_row(stage.stage, f"{stage.seconds:.2f}", f"{share:.0%}", rate)
    Console().print(table)
    typer.echo(
        f"{measured.seconds:.1f} s ({measured.fastest:.1f} to {measured.slowest:.1f} in "
        f"{measured.runs} runs) for {measured.video_seconds:.1f} s of video: "
        f"{measured.seconds / measured.video_seconds:.1f} times as long as it lasts"
    )
    shares = ", ".join(f"{work} {share:.0%}" for work, share in measured.work.items())
    typer.echo(f"time of all threads: {shares}")
    memory = measured.gpu_memory_mib
    used = "no NVIDIA GPU" if memory is None else f"{memory} MiB of the first GPU at most, by all"
    typer.echo(f"{', '.join(measured.engines.values())}: {used}")
