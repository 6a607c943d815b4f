"""
Size a platform from what `swaddle bench --output` measured.

    python -m tools.capacity plan BENCH [--days 30 | --pods 100] [--seconds 120] [--megabytes 60]
    python -m tools.capacity simulate BENCH [--videos 200] [--seconds 120] [--start 240]
    python -m tools.capacity compare BENCH VIDEO [--videos 8]

`--on STAGE=BENCH` takes a stage from another machine, such as a node of its GPU pool. `compare` lets
the platform of `make stack` anonymize copies of a video, and simulates the same.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from .measuring import measure
from .planning import Campaign, Plan, for_days, for_pods
from .simulating import Scaling, Story, simulate
from .work import ORDER, Work, read_work

CAMPAIGNS: Final = (1_000, 10_000, 100_000, 1_000_000)
KEPT: Final = 10.7
"""As `compare` measured on the infant clip, before originals are erased."""
THRESHOLDS: Final = (1, 2, 4, 8, 16)


def main() -> int:
    """Do what was asked for, and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("plan", "simulate", "compare"))
    parser.add_argument("bench", type=Path)
    parser.add_argument("video", type=Path, nargs="?")
    parser.add_argument("--on", action="append", default=[], metavar="STAGE=BENCH")
    parser.add_argument("--videos", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=120, help="of one video")
    parser.add_argument("--megabytes", type=float, default=60, help="of one video")
    parser.add_argument("--kept", type=float, default=KEPT, help="bytes for a byte of original")
    parser.add_argument("--days", type=float, default=30)
    parser.add_argument("--pods", type=int, default=0)
    parser.add_argument("--per-node", type=int, default=8, help="pods that a node holds")
    parser.add_argument("--price", type=float, default=0, help="of an hour of a pod")
    parser.add_argument("--most", type=int, default=16, help="pods of a stage")
    parser.add_argument("--start", type=float, default=240, help="seconds until a pod works")
    given = parser.parse_args()
    others = {name: Path(file) for name, _, file in (each.partition("=") for each in given.on)}
    work = read_work(given.bench, others)
    if given.what == "plan":
        lines = _planned(work, given)
    elif given.what == "simulate":
        lines = _simulated(work, given)
    else:
        if given.video is None:
            parser.error("compare needs a video")
        lines = _compared(work, given)
    for line in lines:
        print(line, flush=True)
    return 0


def _planned(work: Work, given: argparse.Namespace) -> Iterator[str]:
    yield f"| videos | days | {' | '.join(ORDER)} | nodes | partitions | TB | pod-hours | cost |"
    yield f"|{'---|' * (len(ORDER) + 7)}"
    for videos in CAMPAIGNS:
        campaign = Campaign(
            videos=videos, seconds=given.seconds, megabytes=given.megabytes, kept=given.kept
        )
        plan = (
            for_pods(work, campaign, given.pods)
            if given.pods
            else for_days(work, campaign, given.days)
        )
        yield _row(videos, plan, given.per_node, given.price)


def _row(videos: int, plan: Plan, per_node: int, price: float) -> str:
    pods = " | ".join(str(plan.pods[stage]) for stage in ORDER)
    hours = sum(plan.pod_hours.values())
    sizes = f"{plan.nodes(per_node)} | {plan.partitions} | {plan.terabytes:.1f} | {hours:,.0f} | {hours * price:,.0f}"
    return f"| {videos:,} | {plan.days:.1f} | {pods} | {sizes} |"


def _simulated(work: Work, given: argparse.Namespace) -> Iterator[str]:
    yield f"{given.videos} videos of {given.seconds:g} s at once, at most {given.most} pods of a "
    yield f"stage, which work {given.start:g} s after they were wanted:"
    yield ""
    yield "| lagThreshold | drained | first video | idle of all pods | idle of detection |"
    yield "|---|---|---|---|---|"
    videos = [given.seconds] * given.videos
    for threshold in THRESHOLDS:
        rules = Scaling(most=given.most, lag_threshold=threshold, start_s=given.start)
        story = simulate(work, videos, dict.fromkeys(ORDER, rules))
        yield (
            f"| {threshold} | {story.drained_s / 3600:.2f} h | {story.first_s / 60:.1f} min "
            f"| {_idle(story):.0%} | {story.idle('detection'):.0%} |"
        )


def _idle(story: Story) -> float:
    return 1 - sum(story.busy_seconds.values()) / sum(story.pod_seconds.values())


def _compared(work: Work, given: argparse.Namespace) -> Iterator[str]:
    measured = measure(given.video, given.videos)
    one = Scaling(least=1, most=1, start_s=0)
    scaling: Mapping[str, Scaling] = dict.fromkeys(ORDER, one)
    videos: Sequence[float] = [measured.seconds] * given.videos
    story = simulate(work, videos, scaling, cores=measured.cores)
    yield f"{given.videos} videos of {measured.seconds:.1f} s, {measured.cores} cores, one pod each"
    yield f"measured  {measured.drained_s:.1f} s, first {measured.first_s:.1f} s"
    yield f"simulated {story.drained_s:.1f} s, first {story.first_s:.1f} s"
    yield f"ratio     {story.drained_s / measured.drained_s:.2f}"
    yield f"store     {measured.stored:.2f} bytes for each byte of original, "
    yield f"          {measured.left:.2f} when originals are erased"


if __name__ == "__main__":
    sys.exit(main())
