"""`swaddle inspect`, `swaddle render` and `swaddle features`."""

from pathlib import Path
from typing import Annotated

import typer

from swaddle.certification.report.wording import between
from swaddle.entrypoints import api, delivery, runs, tabulating
from swaddle.kernel.errors import Misused, StorageFailed
from swaddle.kernel.messages import AudioMode, Goal, Order
from swaddle.kernel.plan import Method, read_plan

from .anonymizing import announce
from .options import Cohort, Jobs, Output, Overwrite, Progress, Report, SeedKey, require_key
from .progress import ProgressMode, listening


def inspect(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="A video.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The plan, a .json file.")],
    method: Annotated[Method, typer.Option(help="What takes the place of faces.")] = (
        Method.SYNTHETIC
    ),
    audio: Annotated[AudioMode, typer.Option(help="Keep or drop the sound.")] = AudioMode.KEEP,
    seed_key: SeedKey = None,
    cohort: Cohort = "",
    jobs: Jobs = None,
    progress: Progress = ProgressMode.AUTO,
    overwrite: Overwrite = False,
) -> None:
    """Write down who is in a video and what would be done: a plan to edit and to render."""
    _refuse(output, ".json", overwrite=overwrite)
    require_key(cohort, seed_key)
    order = Order(method=method, audio=audio, segment_frames=api.SEGMENT_FRAMES, cohort=cohort)
    with listening(progress, source.name) as listener:
        run, video = api.inspect(
            source, order=order, seed_key=seed_key, jobs=jobs, listener=listener
        )
    plan = api.read_recorded_plan(run, video)
    delivery.write(output, plan.to_json())
    for one in tabulating.appearances(run, video):
        x0, y0, x1, y1 = one.head
        typer.echo(
            f"{one.subject:<9} {between(one.first_s, one.last_s)}; head first at x {x0} to {x1}, "
            f"y {y0} to {y1}"
        )
    typer.echo(f"plan      {output}")
    typer.echo(f"work      {run.folder} (`swaddle wipe` removes it)")


def render(
    plan: Annotated[Path, typer.Argument(help="A plan, from `swaddle inspect` or a held run.")],
    output: Output,
    report: Report = None,
    jobs: Jobs = None,
    progress: Progress = ProgressMode.AUTO,
    overwrite: Overwrite = False,
) -> None:
    """Carry out a plan; the gate looks at the result again."""
    try:
        content = plan.read_bytes()
    except OSError as error:
        raise StorageFailed(f"{plan} cannot be read: {error.strerror}.") from error
    wanted = read_plan(content)
    if not wanted.work:
        raise Misused(
            f"{plan} was published beside a video; `swaddle inspect` writes one to render."
        )
    with listening(progress, output.name) as listener:
        outcome = api.render(
            wanted, output, report=report, overwrite=overwrite, jobs=jobs, listener=listener
        )
    raise typer.Exit(announce(outcome, quiet=progress is ProgressMode.JSONL))


def features(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="A video.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The table, a .parquet file.")],
    original_landmarks: Annotated[
        bool,
        typer.Option(
            "--original-landmarks",
            help="Also write the landmarks of the real faces: a private file, biometric data.",
        ),
    ] = False,
    jobs: Jobs = None,
    progress: Progress = ProgressMode.AUTO,
    overwrite: Overwrite = False,
) -> None:
    """Write head pose, gaze, eyes, mouth and expression of everybody, without making a video."""
    _refuse(output, ".parquet", overwrite=overwrite)
    private = output.with_suffix(".private.parquet")
    if original_landmarks:
        _refuse(private, ".parquet", overwrite=overwrite)
    with listening(progress, source.name) as listener:
        run, video = api.inspect(source, goal=Goal.FEATURES, jobs=jobs, listener=listener)
    try:
        tabulating.write_features(run, video, output)
        typer.echo(f"features  {output}")
        if original_landmarks:
            tabulating.write_original_landmarks(run, video, private)
            typer.echo(f"private   {private} (landmarks of real faces: not for sharing)")
    finally:
        runs.wipe(run.folder)


def _refuse(output: Path, ending: str, *, overwrite: bool) -> None:
    if output.suffix.lower() != ending:
        raise Misused(f"The output must end in {ending}, not in {output.suffix!r}.")
    delivery.check_free(output, overwrite=overwrite)
