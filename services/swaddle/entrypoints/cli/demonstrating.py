"""`swaddle demo`."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from swaddle import bootstrap
from swaddle.entrypoints import api, delivery
from swaddle.kernel.errors import Misused
from swaddle.kernel.frames import Image
from swaddle.scenes.catalogue import DEMONSTRATION
from swaddle.scenes.ports import Recording
from swaddle.scenes.scene import Scene
from swaddle.scenes.sound import hum
from swaddle.settings import Settings

from .anonymizing import announce
from .options import Jobs, Overwrite, Progress
from .progress import ProgressMode, listening


def demo(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for the two clips and the report.")
    ] = Path("swaddle-demo"),
    jobs: Jobs = None,
    progress: Progress = ProgressMode.AUTO,
    overwrite: Overwrite = False,
) -> None:
    """Render a clip of two moving synthetic people with sound, and anonymize it."""
    if output.is_file():
        raise Misused(f"The demonstration needs a folder; {output} is a file.")
    api.require_models(Settings())
    original, result = output / "original.mp4", output / "anonymized.mp4"
    for path in (original, result):
        delivery.check_free(path, overwrite=overwrite)
    render_demonstration(original)
    typer.echo(f"original  {original}")
    with listening(progress, original.name) as listener:
        outcome = api.anonymize(original, result, overwrite=True, jobs=jobs, listener=listener)
    raise typer.Exit(announce(outcome, quiet=progress is ProgressMode.JSONL))


def render_demonstration(target: Path) -> None:
    """Write the clip of two moving synthetic people, with sound."""
    write_scene(DEMONSTRATION, target)


def write_scene(scene: Scene, target: Path) -> None:
    """Write a scene as a video, with sound."""
    with delivery.placing(target) as sink:
        sound = hum(sum(shot.seconds for shot in scene.shots))
        bootstrap.scene_writer().write(_pictures(scene), sound, Recording(), sink)


def _pictures(scene: Scene) -> Iterator[tuple[Fraction, Image]]:
    from swaddle.scenes.rendering import render

    for moment in render(scene, bootstrap.looks_source()):
        yield moment.time, moment.picture
