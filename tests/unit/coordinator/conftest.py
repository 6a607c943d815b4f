"""Scenarios of what happens to a video, for the pipeline without pixels."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from swaddle.adapters.fakes.clock import FakeClock
from swaddle.adapters.sql.engine import migrate, open_engine
from swaddle.adapters.sql.ledger import SqlLedger
from swaddle.coordinator.life import advance
from swaddle.coordinator.next_steps import waits_for
from swaddle.kernel.life import State, Video
from swaddle.kernel.messages import Goal, Order
from tests.faults.pipeline import COMMANDS, OF, Pipeline, Scenario, blob

scenarios = st.builds(
    Scenario,
    goal=st.sampled_from([Goal.RELEASE, Goal.RELEASE, Goal.RELEASE, Goal.PLAN, Goal.FEATURES]),
    segments=st.integers(1, 3),
    open_rounds=st.lists(st.frozensets(st.integers(0, 2)), max_size=2).map(tuple),
    subjects=st.integers(0, 3),
    alike=st.frozensets(
        st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)), max_size=6
    ),
    gate=st.lists(st.sampled_from(["passes", "repairs", "holds"]), min_size=1, max_size=4).map(
        tuple
    ),
    touched=st.frozensets(st.integers(0, 4)),
    rejects=st.sampled_from([*[frozenset()] * 20, *[frozenset({kind}) for kind in COMMANDS]]),
)


@pytest.fixture(scope="session")
def pipeline() -> type[Pipeline]:
    return Pipeline


@pytest.fixture(scope="session")
def scenario() -> type[Scenario]:
    return Scenario


@pytest.fixture(scope="session")
def any_scenario() -> st.SearchStrategy[Scenario]:
    return scenarios


def _brought_to(state: State, **scenario: Any) -> Video:  # noqa: ANN401 - the fields of Scenario
    """Return the video as it is when it first reaches a state."""
    pipeline = Pipeline(Scenario(**scenario))
    order = Order(goal=pipeline.scenario.goal)
    video = Video(**OF, source=blob("source"), order=order)
    while video.state is not state:
        for event in pipeline.handle(next(iter(waits_for(video)))):
            video = advance(video, event)
    return video


@pytest.fixture(scope="session")
def brought_to() -> Callable[..., Video]:
    return _brought_to


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    migrate(engine)
    yield SqlLedger(engine, FakeClock())
    engine.dispose()
