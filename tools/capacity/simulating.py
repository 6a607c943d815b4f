"""
A campaign, message by message: lag, KEDA, nodes that start, pods that finish what they have.

What is modelled: a message is taken by one pod and counts as lag until it is done (workers commit
after their work). KEDA looks every `polling_s` and wants ceil(lag / threshold) pods, no more than
partitions in which something waits (its limitToPartitionsWithLag). Pods come at once, or after
`start_s` where a node has to be started first; they go one in `period_s`, after there were too many
for `stabilization_s`. Failures, rebalances and the coordinator's own time are not modelled.
"""

from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import simpy

from .work import ORDER, Work, messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """How pods of a stage come and go: the nouns of the chart's values."""

    least: int = 1
    most: int = 16
    lag_threshold: int = 4
    polling_s: float = 15.0
    stabilization_s: float = 600.0
    period_s: float = 120.0
    start_s: float = 30.0
    """From wanted to at work: a pod; with a node of its own, some minutes more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What happened."""

    drained_s: float
    """When the last video was done."""
    pod_seconds: Mapping[str, float]
    busy_seconds: Mapping[str, float]
    most_pods: Mapping[str, int]
    first_s: float
    """When the first video was done."""

    def idle(self, stage: str) -> float:
        """Return the share of its pods' time in which a stage had nothing to do."""
        return 1 - self.busy_seconds[stage] / self.pod_seconds[stage]


@dataclass(slots=True)
class _Stage:
    """The pods of a stage, and what waits for them."""

    world: simpy.Environment
    scaling: Scaling
    cores: simpy.Resource | None
    waiting: simpy.Store = field(init=False)
    pods: int = 0
    leaving: int = 0
    lag: int = 0
    busy: float = 0.0
    paid: float = 0.0
    most: int = 0
    _since: float = 0.0

    def __post_init__(self) -> None:
        self.waiting = simpy.Store(self.world)

    def put(self, seconds: float, done: Callable[[], None]) -> None:
        self.lag += 1
        self.waiting.put((seconds, done))

    def count(self, change: int) -> None:
        """Add up what was paid for, then change the number of pods."""
        self.paid += self.pods * (self.world.now - self._since)
        self._since = self.world.now
        self.pods += change
        self.most = max(self.most, self.pods)

    def pod(self, start_s: float) -> Generator[Any, Any, None]:
        self.count(1)
        yield self.world.timeout(start_s)
        while True:
            if self.leaving:
                self.leaving -= 1
                self.count(-1)
                return
            get = self.waiting.get()
            # Somebody who waits may be told to leave.
            yield get | self.world.timeout(self.scaling.polling_s)
            if not get.triggered:
                get.cancel()
                continue
            taken: Any = get.value
            seconds, done = taken
            yield from self._work(seconds)
            self.lag -= 1
            done()

    def _work(self, seconds: float) -> Generator[Any, Any, None]:
        if self.cores is None:
            yield self.world.timeout(seconds)
        else:
            with self.cores.request() as core:
                yield core
                yield self.world.timeout(seconds)
        self.busy += seconds

    def scale(self) -> Generator[Any, Any, None]:
        """Do as KEDA and its HorizontalPodAutoscaler do."""
        rules = self.scaling
        wishes: deque[tuple[float, int]] = deque()
        shrunk = -rules.period_s
        for _ in range(rules.least):
            self.world.process(self.pod(0.0))
        while True:
            yield self.world.timeout(rules.polling_s)
            wanted = min(ceil(self.lag / rules.lag_threshold), self.lag, rules.most)
            wishes.append((self.world.now, max(wanted, rules.least)))
            while wishes[0][0] < self.world.now - rules.stabilization_s:
                wishes.popleft()
            there = self.pods - self.leaving
            for _ in range(wishes[-1][1] - there):
                self.world.process(self.pod(rules.start_s))
            highest = max(wish for _, wish in wishes)
            if highest < there and self.world.now - shrunk >= rules.period_s:
                self.leaving += 1
                shrunk = self.world.now


@dataclass(slots=True)
class _Pipeline:
    """Videos on their way through the stages."""

    work: Work
    stages: Mapping[str, _Stage]
    expected: int
    over: simpy.Event
    ended: list[float] = field(default_factory=list)

    def advance(self, seconds: float, position: int = 0) -> None:
        """Give a video to its next stage, or note its end."""
        if position == len(ORDER):
            self._end()
            return
        name = ORDER[position]
        left = messages(name, seconds)

        def done() -> None:
            nonlocal left
            left -= 1
            if not left:
                self.advance(seconds, position + 1)

        for _ in range(left):
            self.stages[name].put(self.work.of_message(name, seconds), done)

    def _end(self) -> None:
        self.ended.append(self.over.env.now)
        if len(self.ended) == self.expected:
            self.over.succeed()


def simulate(
    work: Work,
    videos: Sequence[float],
    scaling: Mapping[str, Scaling],
    cores: int | None = None,
) -> Story:
    """
    Let videos of these lengths (seconds), all submitted at once, pass through.

    `cores`: all pods share so many, as on one machine; None: each has its own.
    """
    world = simpy.Environment()
    shared = simpy.Resource(world, cores) if cores else None
    stages = {name: _Stage(world, scaling[name], shared) for name in ORDER}
    for stage in stages.values():
        world.process(stage.scale())
    pipeline = _Pipeline(work, stages, len(videos), world.event())
    for seconds in videos:
        pipeline.advance(seconds)
    world.run(pipeline.over)
    for stage in stages.values():
        stage.count(0)
    return Story(
        drained_s=pipeline.ended[-1],
        first_s=pipeline.ended[0],
        pod_seconds={name: stage.paid for name, stage in stages.items()},
        busy_seconds={name: stage.busy for name, stage in stages.items()},
        most_pods={name: stage.most for name, stage in stages.items()},
    )
