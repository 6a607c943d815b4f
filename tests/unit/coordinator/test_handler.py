"""Whatever is delivered twice, late, or again after a crash: a video ends, and ends well."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from swaddle.adapters.memory.message_bus import MemoryMessageBus
from swaddle.adapters.sql.ledger import SqlLedger
from swaddle.coordinator.handler import Coordinator
from swaddle.coordinator.next_steps import waits_for
from swaddle.kernel import audit
from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import NotFound, Rejected
from swaddle.kernel.identifiers import BlobKey, Tenant, VideoId
from swaddle.kernel.life import State, Video
from swaddle.kernel.messages import (
    CancelRequested,
    Goal,
    Message,
    Order,
    PlanRevised,
    ReviewConcluded,
    VideoChecked,
    VideoSubmitted,
)
from swaddle.kernel.worker import Worker, failure, run_until_idle

VIDEO = VideoId("v1")
OF: dict[str, Any] = {"tenant": Tenant("lab"), "video_id": VIDEO}


def blob(name: str) -> Blob:
    return Blob(key=BlobKey(name), size=1, sha256="")


def submitted(goal: Goal) -> VideoSubmitted:
    return VideoSubmitted(**OF, source=blob("source"), order=Order(goal=goal))


def says_yes(event: Message) -> bool:
    """Whether the gate or a reviewer answers for the video."""
    passed = isinstance(event, VideoChecked) and event.passed
    return passed or (isinstance(event, ReviewConcluded) and event.approved)


@dataclass
class Notebook:
    """A ledger of one video that asserts what a real one would refuse."""

    video: Video | None = None

    def admit(self, video: Video) -> Video:
        self.video = self.video or video
        return self.video

    def change(self, _: VideoId, step: Callable[[Video], Video], __: str) -> Video:
        if self.video is None:
            raise NotFound("No.")
        before, self.video = self.video, step(self.video)
        assert before.outcomes.items() <= self.video.outcomes.items()
        assert before.state is not State.CANCELLED or self.video == before
        assert before.tracks.items() <= self.video.tracks.items()
        assert before.identities.items() <= self.video.identities.items()
        assert len(set(self.video.identity_ids.values())) == len(self.video.identities)
        return self.video


class AnyOrder(RuleBasedStateMachine):
    """Delivers what is under way in any order, some of it twice, some of it long after."""

    scenarios: st.SearchStrategy[Any]
    pipeline_of: Callable[[Any], Any]

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Notebook()
        self.coordinator = Coordinator(self.ledger)
        self.commands: list[Message] = []
        self.events: list[Message] = []
        self.heard: list[Message] = []
        self.vouched: set[int] = set()
        self.edits = 0

    @initialize(data=st.data())
    def submit(self, data: st.DataObject) -> None:
        scenario = data.draw(self.scenarios)
        self.pipeline = type(self).pipeline_of(scenario)
        self.events.append(submitted(scenario.goal))
        self.deliver(0)

    @property
    def video(self) -> Video:
        assert self.ledger.video is not None
        return self.ledger.video

    def deliver(self, index: int) -> Sequence[Message]:
        """Let the coordinator handle an event; check what must hold for every one."""
        event, before = self.events.pop(index % len(self.events)), self.ledger.video
        commands = list(self.coordinator.handle(event))
        self.heard.append(event)
        self.commands += commands
        if before is not None and not isinstance(event, VideoSubmitted):
            self.check(event, before, commands)
        return commands

    def check(self, event: Message, before: Video, commands: Sequence[Message]) -> None:
        if getattr(event, "revision", before.revision) != before.revision:
            assert self.video == before, "news of another revision changed something"
        elif self.video != before and says_yes(event):
            self.vouched.add(before.revision)
        awaited = list(waits_for(self.video))
        assert set(awaited) <= set(waits_for(before)) | set(commands), "nobody was asked"
        assert commands in ([], awaited), "somebody was asked for what is not awaited"

    def work(self, index: int) -> None:
        """Let a stage handle a command."""
        command = self.commands.pop(index % len(self.commands))
        try:
            self.events += self.pipeline.handle(command)
        except Rejected as error:
            self.events.append(failure(command, self.pipeline.name, error))

    @rule(steps=st.integers(5, 40))
    def all_goes_well_for_a_while(self, steps: int) -> None:
        for _ in range(steps):
            if self.commands:
                self.work(0)
            if self.events:
                self.deliver(0)

    @precondition(lambda self: self.commands)
    @rule(index=st.integers(0, 99), twice=st.booleans())
    def a_stage_works(self, index: int, *, twice: bool) -> None:
        if twice:
            self.commands.append(self.commands[index % len(self.commands)])
        self.work(index)

    @precondition(lambda self: self.events)
    @rule(index=st.integers(0, 99))
    def an_event_arrives(self, index: int) -> None:
        self.deliver(index)

    @precondition(lambda self: self.events)
    @rule(index=st.integers(0, 99), published=st.integers(0, 2))
    def the_coordinator_crashes_after_recording(self, index: int, published: int) -> None:
        event = self.events[index % len(self.events)]
        commands = len(self.deliver(index))
        lost = max(0, commands - published)
        self.commands = self.commands[: len(self.commands) - lost]
        self.events.append(event)

    @rule(index=st.integers(0, 99))
    def an_old_event_arrives_again(self, index: int) -> None:
        self.events.append(self.heard[index % len(self.heard)])
        self.deliver(-1)

    @precondition(lambda self: self.video.plan is not None)
    @rule(goal=st.sampled_from([Goal.RELEASE, Goal.PLAN]))
    def somebody_edits_the_plan(self, goal: Goal) -> None:
        self.edits += 1
        self.events.append(PlanRevised(**OF, plan=blob(f"edit {self.edits}"), goal=goal))

    @precondition(lambda self: self.video.plan is not None)
    @rule(approved=st.booleans(), earlier=st.integers(0, 1))
    def somebody_reviews(self, *, approved: bool, earlier: int) -> None:
        revision = self.video.revision - earlier
        self.events.append(
            ReviewConcluded(**OF, revision=revision, approved=approved, reviewer="R", reason="")
        )

    @precondition(lambda self: len(self.heard) > 40)
    @rule(changed_their_mind=st.integers(0, 5))
    def somebody_cancels(self, changed_their_mind: int) -> None:
        if not changed_their_mind:
            self.events.append(CancelRequested(**OF))

    @precondition(lambda self: len(self.commands) < 9)
    @rule()
    def the_sweeper_asks_again(self) -> None:
        self.commands += waits_for(self.video)

    @invariant()
    def nobody_waits_for_a_video_at_rest(self) -> None:
        if self.ledger.video is not None:
            assert self.video.at_rest == (not list(waits_for(self.video)))

    @invariant()
    def a_release_was_vouched_for(self) -> None:
        if self.ledger.video is not None and self.video.state is State.RELEASED:
            assert self.video.revision in self.vouched
            assert self.video.certificate == blob(f"{self.video.revision}/released")

    def teardown(self) -> None:
        """Nothing is lost: once all that is under way has arrived, the video is at rest."""
        while self.commands or self.events:
            if self.commands:
                self.work(0)
            else:
                self.deliver(0)
        assert self.ledger.video is None or self.video.at_rest


def test_whatever_the_order_a_video_ends_well(
    pipeline: type, any_scenario: st.SearchStrategy[Any]
) -> None:
    machine = type("Machine", (AnyOrder,), {"scenarios": any_scenario, "pipeline_of": pipeline})

    run_state_machine_as_test(machine, settings=settings(max_examples=100, stateful_step_count=60))


@given(data=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_process_brings_every_video_to_its_end(
    pipeline: type, any_scenario: st.SearchStrategy[Any], ledger: SqlLedger, data: st.DataObject
) -> None:
    scenario, bus = data.draw(any_scenario), MemoryMessageBus()
    video_id = VideoId(data.draw(st.uuids()).hex)
    workers = [Worker(Coordinator(ledger), bus), Worker(pipeline(scenario), bus)]
    bus.publish(replace(submitted(scenario.goal), video_id=video_id))
    run_until_idle(workers)
    history = ledger.history(video_id)
    audit.verify(history)

    assert ledger.find(video_id).at_rest
    assert ledger.unfinished() == []


def test_an_event_causes_its_commands_again_and_others_none(
    pipeline: type, scenario: type
) -> None:
    coordinator, stages = Coordinator(Notebook()), pipeline(scenario(segments=3))
    [ingest] = coordinator.handle(submitted(Goal.RELEASE))
    [ingested] = stages.handle(ingest)
    first, second, third = coordinator.handle(ingested)
    [detected] = stages.handle(second)

    assert coordinator.handle(detected) == []
    assert coordinator.handle(detected) == []
    assert coordinator.handle(ingested) == [first, third]


def test_news_of_an_unknown_video_cause_nothing() -> None:
    failed = failure(CancelRequested(**OF), "coordinator", NotFound("No."))

    assert list(Coordinator(Notebook()).handle(failed)) == []


def test_who_submits_again_asks_for_what_is_awaited() -> None:
    coordinator = Coordinator(Notebook())
    first = coordinator.handle(submitted(Goal.RELEASE))

    assert coordinator.handle(submitted(Goal.RELEASE)) == first != []
