"""The gate's look at any pair of videos, whoever made the second one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from swaddle import bootstrap
from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import Rejected
from swaddle.kernel.findings import Findings
from swaddle.kernel.identifiers import BlobKey
from swaddle.kernel.life import TaskKey, Video
from swaddle.kernel.messages import CheckSegment, CheckVideo, Goal, SegmentChecked, VideoChecked
from swaddle.kernel.tables import TRACKS, Rendered, column
from swaddle.settings import Settings

from . import api, runs
from .crew import Listener, Told
from .runs import Run


def check(
    output: Path, against: Path, *, settings: Settings, jobs: int | None, listener: Listener
) -> Findings:
    """
    Find the faces of `against`, then look for what `output` shows of them.

    Every face has to be somewhere else than where it was, or without its fine detail there.
    """
    run, video = api.inspect(
        against, goal=Goal.FEATURES, settings=settings, jobs=jobs, listener=listener
    )
    try:
        return _look(run, video, output, listener)
    finally:
        runs.wipe(run.folder)


def _look(run: Run, video: Video, output: Path, listener: Listener) -> Findings:
    finished = bootstrap.adopt(run.settings, f"{runs.TENANT}/{run.video_id}/output", output)
    gate = bootstrap.STAGES["gate"](run.settings, Told(listener.advance))
    if video.layout is None or video.linked_plan is None:
        raise Rejected("The faces of the original could not be followed.")
    about: dict[str, Any] = {"tenant": runs.TENANT, "video_id": run.video_id}
    looks: list[SegmentChecked] = []
    for segment in video.segments:
        table = video.outcomes[TaskKey("link", 0, segment.index)]
        command = CheckSegment(
            **about,
            source=video.source,
            layout=video.layout,
            table=table,
            regions=_as_if_rendered(run, table, segment.index),
            output=finished,
            segment=segment,
            revision=0,
        )
        looks += [e for e in gate.handle(command) if isinstance(e, SegmentChecked)]
    conclusion = CheckVideo(
        **about,
        layout=video.layout,
        plan=video.linked_plan,
        looks=tuple(look.look for look in looks),
        similarities=tuple(look.similarities for look in looks),
        revision=0,
        may_repair=False,
    )
    (checked,) = (e for e in gate.handle(conclusion) if isinstance(e, VideoChecked))
    with bootstrap.blob_store(run.settings).open(checked.findings.key) as stream:
        return Findings.model_validate_json(stream.read())


def _as_if_rendered(run: Run, table: Blob, index: int) -> Blob:
    """Return the regions that a plan would have rendered: every face, where it really is."""
    tables = bootstrap.work_tables(run.settings)
    key = BlobKey(f"{runs.TENANT}/{run.video_id}/recheck/regions-{index:05}")
    return tables.write(key, regions_of(tables.read(table)))


def regions_of(tracks: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return rows of REGIONS for rows of TRACKS: swapped where there is a mesh, else covered."""
    meshed = column(tracks, "meshed", TRACKS)
    regions = {name: column(tracks, name, TRACKS) for name in ("frame", "track", "landmarks")}
    rendered = np.where(meshed, Rendered.SWAP, Rendered.COVER).astype("u1")
    box = column(tracks, "head", TRACKS)
    return {**regions, "rendered": rendered, "box": box, "meshed": meshed}
