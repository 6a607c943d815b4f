"""The verbs of swaddle as functions: what the command line calls, and what a program may call."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from swaddle import bootstrap
from swaddle.kernel import errors
from swaddle.kernel.errors import StorageFailed, SwaddleError
from swaddle.kernel.life import State, Video
from swaddle.kernel.messages import (
    AudioMode,
    Goal,
    Message,
    Order,
    PlanRevised,
    ReviewConcluded,
    VideoSubmitted,
)
from swaddle.kernel.plan import Method, Plan, read_plan
from swaddle.kernel.publishing import completed
from swaddle.settings import Settings

from . import delivery, runs
from .crew import Crew, Listener
from .runs import Run, RunRecord

SEGMENT_FRAMES: Final = 150
"""Frames of a segment on one machine: two cores share ten seconds; a crash repeats five."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

    state: State
    output: Path | None
    """The anonymized video; absent where it was held."""
    companions: dict[str, Path]
    """Manifest, signature, provenance, report and features, where they were written."""
    work: Path | None
    """The folder of a run that is kept: held, or begun by `inspect`."""
    video: Video


class Silence:
    """Hears how a run goes on, and does not care."""

    def advance(self, stage: str, frames: int) -> None:
        """Say nothing."""

    def hear(self, message: Message) -> None:
        """Say nothing."""


def anonymize(
    source: Path,
    output: Path,
    *,
    method: Method = Method.SYNTHETIC,
    audio: AudioMode = AudioMode.KEEP,
    seed_key: Path | None = None,
    cohort: str = "",
    report: Path | None = None,
    overwrite: bool = False,
    resume: bool = False,
    jobs: int | None = None,
    segment_frames: int = SEGMENT_FRAMES,
    settings: Settings | None = None,
    listener: Listener | None = None,
) -> Outcome:
    """
    Replace every face in a video; return where the result is.

    A video that the gate does not pass is held: `Outcome.state` says so, and `Outcome.work` is
    where `render` and `release` find it. Raises the errors of `swaddle.kernel.errors`; then
    nothing is left behind.
    """
    settings = settings or Settings()
    container = delivery.check_output(source, output, overwrite=overwrite)
    order = Order(
        method=method,
        audio=audio,
        container=container,
        segment_frames=segment_frames,
        cohort=cohort,
    )
    run = _open(settings, source, output, order, seed_key, resume=resume)
    with runs.occupied(run.folder):
        video = _work(run, jobs or settings.cores, listener or Silence(), _submission(run))
        return _conclude(run, video, output, report)


def inspect(
    source: Path,
    *,
    goal: Goal = Goal.PLAN,
    order: Order | None = None,
    seed_key: Path | None = None,
    jobs: int | None = None,
    settings: Settings | None = None,
    listener: Listener | None = None,
) -> tuple[Run, Video]:
    """Find out who is in a video; return the run, which is kept, and what is recorded of it."""
    settings = settings or Settings()
    wanted = replace(order or Order(segment_frames=SEGMENT_FRAMES), goal=goal)
    run = _open(settings, source, None, wanted, seed_key, resume=False)
    with runs.occupied(run.folder):
        video = _work(run, jobs or settings.cores, listener or Silence(), _submission(run))
        if video.state is State.FAILED:
            runs.wipe(run.folder)
            raise failure(video)
    return run, video


def read_recorded_plan(run: Run, video: Video) -> Plan:
    """Return a run's plan, with the folder in which it can be rendered."""
    blob = video.plan or video.linked_plan
    if blob is None:
        raise StorageFailed("The run has no plan yet.")
    with bootstrap.blob_store(run.settings).open(blob.key) as stream:
        return read_plan(stream.read()).model_copy(update={"work": str(run.folder)})


def render(
    plan: Plan,
    output: Path,
    *,
    report: Path | None = None,
    overwrite: bool = False,
    jobs: int | None = None,
    settings: Settings | None = None,
    listener: Listener | None = None,
) -> Outcome:
    """Carry out an edited plan; gate it again. A run that `inspect` began is kept: `Outcome.work`."""
    settings = settings or Settings()
    run = runs.reopen(settings, Path(plan.work))
    require_models(settings)
    delivery.check_output(run.record.source, output, overwrite=overwrite)
    recorded = bootstrap.ledger(run.settings).find(run.video_id)
    before = read_recorded_plan(run, recorded)
    plan = completed(plan, before)
    check_plan(plan, before)
    for engine in plan.engines:
        bootstrap.face_swapper(run.settings, engine)
    # The recorded plan is delivered with the video, and says nothing of this machine.
    revised = plan.model_copy(update={"revision": recorded.revision + 1, "work": ""})
    key = f"{runs.TENANT}/{run.video_id}/plans/{bootstrap.id_source().fresh()[:12]}.json"
    blob = bootstrap.put(run.settings, key, revised.to_json())
    event = PlanRevised(tenant=runs.TENANT, video_id=run.video_id, plan=blob)
    with runs.occupied(run.folder):
        video = _work(run, jobs or settings.cores, listener or Silence(), event)
        return _conclude(run, video, output, report, keep=run.record.output is None)


def check_plan(plan: Plan, recorded: Plan) -> None:
    """Raise InvalidPlan where an edited plan does not fit the material it came from."""
    if (plan.video_id, plan.frames, plan.tables) != (
        recorded.video_id,
        recorded.frames,
        recorded.tables,
    ):
        raise errors.InvalidPlan("The plan belongs to another video than its work folder.")
    known = {t.track_id: t for s in recorded.subjects for t in s.tracks}
    given = {t.track_id: t for s in plan.subjects for t in s.tracks}
    if set(known) != set(given):
        odd = min(set(known) ^ set(given))
        raise errors.InvalidPlan(f"The plan must give each track to one subject; look at {odd}.")
    for name, track in given.items():
        if (track.first_frame, track.last_frame) != (
            known[name].first_frame,
            known[name].last_frame,
        ):
            raise errors.InvalidPlan(f"The spans of {name} must cover the frames they did before.")
    for subject in plan.subjects:
        if subject.method is Method.SYNTHETIC and subject.identity is None:
            raise errors.InvalidPlan(
                f"{subject.subject_id} has no identity; give it another method, or that of the "
                "subject it was split from with changed coefficients."
            )
    bootstrap.check_people(plan)


def release(
    folder: Path,
    output: Path,
    *,
    reviewer: str,
    reason: str,
    report: Path | None = None,
    overwrite: bool = False,
    settings: Settings | None = None,
) -> Outcome:
    """Release a held video on somebody's responsibility; the manifest names them."""
    settings = settings or Settings()
    run = runs.reopen(settings, folder)
    delivery.check_output(run.record.source, output, overwrite=overwrite)
    recorded = bootstrap.ledger(run.settings).find(run.video_id)
    if recorded.state is not State.HELD:
        raise errors.Misused(
            f"The video is {recorded.state.value}, not held; there is nothing to release."
        )
    event = ReviewConcluded(
        tenant=runs.TENANT,
        video_id=run.video_id,
        revision=recorded.revision,
        approved=True,
        reviewer=reviewer,
        reason=reason,
    )
    with runs.occupied(run.folder):
        video = _work(run, 1, Silence(), event)
        return _conclude(run, video, output, report)


def require_models(settings: Settings) -> None:
    """
    Raise ModelMissing where a model is missing or damaged: before any work, not in its midst.

    So too where an engine cannot be opened: ModelMissing for another model's file, Unavailable for
    a device that is not there, OutOfMemory for one that is too small.
    """
    bootstrap.survey_models(settings).require_all()
    bootstrap.try_engines(settings)


def failure(video: Video) -> SwaddleError:
    """Return the error that ended a video."""
    kind: Callable[[str], SwaddleError] = getattr(errors, video.error, errors.SwaddleError)
    return kind(video.reason)


def _open(
    settings: Settings,
    source: Path,
    output: Path | None,
    order: Order,
    seed_key: Path | None,
    *,
    resume: bool,
) -> Run:
    if not source.is_file():
        raise StorageFailed(f"{source} is not there, or is no file.")
    require_models(settings)
    if resume:
        return runs.find(settings, source, order)
    bootstrap.require_seed_key(settings, seed_key)
    record = RunRecord(
        video_id=runs.new_video_id(),
        source=source.resolve(),
        output=None if output is None else output.resolve(),
        order=order,
        seed_key_file=None if seed_key is None else seed_key.resolve(),
    )
    return runs.start(settings, record)


def _submission(run: Run) -> Message:
    key = f"{runs.TENANT}/{run.video_id}/source"
    try:
        blob = bootstrap.adopt(run.settings, key, run.record.source)
    except SwaddleError:
        runs.wipe(run.folder)
        raise
    return VideoSubmitted(
        tenant=runs.TENANT, video_id=run.video_id, source=blob, order=run.record.order
    )


def _work(run: Run, jobs: int, listener: Listener, first: Message) -> Video:
    """Say something, then let the crew work until the video rests."""
    bus = bootstrap.message_bus(run.settings)
    crew = Crew(run.settings, bus, jobs, listener)
    bus.publish(first)
    crew.run()
    return bootstrap.ledger(run.settings).find(run.video_id)


def _conclude(
    run: Run, video: Video, output: Path, report: Path | None, *, keep: bool = False
) -> Outcome:
    """Deliver what was released and wipe the run, or `keep` it; keep what was held."""
    if video.state is State.RELEASED:
        delivered = delivery.deliver(run.settings, video, output, report)
        work = run.folder if keep else None
        if not keep:
            runs.wipe(run.folder)
        return Outcome(video.state, delivered.output, delivered.companions, work, video)
    if video.state is State.HELD:
        placed = delivery.deliver_companions(run.settings, video, run.folder / output.name, None)
        # In place of the recorded plan: one that `render` can use.
        delivery.write(placed["plan"], read_recorded_plan(run, video).to_json())
        return Outcome(video.state, None, placed, run.folder, video)
    error = failure(video)
    if not keep:
        runs.wipe(run.folder)
    raise error
