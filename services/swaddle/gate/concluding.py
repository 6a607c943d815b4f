"""From suspicions in single frames to findings in runs of frames."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final

from swaddle.kernel.findings import Finding, FindingKind, Suspicion
from swaddle.kernel.geometry import Box

NEIGHBOURS: Final = 3
"""Frames on either side in which an unsure suspicion has to be repeated."""

REPETITIONS: Final = 2
"""In how many of them: a hand looks like a face for a moment, a face does for longer."""

SAME_PLACE: Final = 0.2
"""Intersection over union from which two suspicions mean one thing."""

LONGEST_STEP: Final = 12
"""Frames between two suspicions of one finding at most: people are looked for every 10 frames."""


def conclude(
    suspicions: Sequence[Suspicion], timestamps: Sequence[int], time_base: Fraction
) -> tuple[Finding, ...]:
    """Return the findings of a whole video, in the order of their first frame."""
    ordered = sorted(_confirmed(suspicions), key=lambda s: (s.kind, s.frame, s.x0))
    runs: list[list[Suspicion]] = []
    for suspicion in ordered:
        run = next((r for r in reversed(runs) if _continues(r[-1], suspicion)), None)
        if run is None:
            runs.append([suspicion])
        else:
            run.append(suspicion)
    first = timestamps[0]
    seconds = [float((t - first) * time_base) for t in timestamps]
    findings = (_finding(run, seconds) for run in runs)
    return tuple(sorted(findings, key=lambda f: (f.first_frame, f.x0)))


def _confirmed(suspicions: Sequence[Suspicion]) -> Iterator[Suspicion]:
    """Yield what is sure, and what is repeated in a neighbouring frame."""
    by_frame: dict[int, list[Suspicion]] = {}
    for suspicion in suspicions:
        by_frame.setdefault(suspicion.frame, []).append(suspicion)
    for suspicion in suspicions:
        agreeing = {
            other.frame
            for other in _near(by_frame, suspicion.frame)
            if other.kind is suspicion.kind and _box(other).iou(_box(suspicion)) > SAME_PLACE
        }
        if suspicion.sure or len(agreeing) >= REPETITIONS:
            yield suspicion


def _near(by_frame: dict[int, list[Suspicion]], frame: int) -> Iterable[Suspicion]:
    for other in range(frame - NEIGHBOURS, frame + NEIGHBOURS + 1):
        if other != frame:
            yield from by_frame.get(other, ())


def _continues(before: Suspicion, after: Suspicion) -> bool:
    if before.kind is not after.kind or after.frame - before.frame > LONGEST_STEP:
        return False
    if before.kind is FindingKind.FROZEN:
        return after.frame - before.frame <= 1
    if before.track != after.track:
        return False
    return before.track >= 0 or _box(before).iou(_box(after)) > SAME_PLACE


def _finding(run: Sequence[Suspicion], seconds: Sequence[float]) -> Finding:
    around = _box(run[0])
    for suspicion in run[1:]:
        around = around.union(_box(suspicion))
    worst = max(run, key=lambda s: s.score)
    return Finding(
        kind=run[0].kind,
        first_frame=run[0].frame,
        last_frame=run[-1].frame,
        first_time_s=round(seconds[run[0].frame], 3),
        last_time_s=round(seconds[run[-1].frame], 3),
        track=run[0].track,
        x0=around.x0,
        y0=around.y0,
        x1=around.x1,
        y1=around.y1,
        score=worst.score,
        threshold=worst.threshold,
        detector=worst.detector,
    )


def _box(suspicion: Suspicion) -> Box:
    return Box(suspicion.x0, suspicion.y0, suspicion.x1, suspicion.y1)
