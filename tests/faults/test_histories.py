"""What holds whatever fails: seeded histories, and a checker that reads what they leave."""

import os
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from swaddle.kernel.life import State
from swaddle.kernel.messages import SwapSegment
from tests.faults.checker import violations
from tests.faults.pipeline import COMMANDS, Scenario
from tests.faults.simulation import World

HISTORIES = int(os.environ.get("HISTORIES", "300"))  # noqa: TID251 - a question about the tests
PARTS = 10


def scenario(random: Random) -> Scenario:
    """Return what happens to one video."""
    alike = {(s, a, a) for s in range(2) for a in range(2) if random.random() < 0.2}
    return Scenario(
        segments=random.randint(1, 4),
        open_rounds=tuple(
            frozenset({random.randint(0, 3)}) for _ in range(random.choice([0, 0, 1, 2]))
        ),
        subjects=random.randint(0, 3),
        alike=frozenset(alike),
        gate=tuple(random.choices(["passes", "repairs", "holds"], [6, 3, 1], k=3)),
        rejects=frozenset({random.choice(COMMANDS)}) if random.random() < 0.1 else frozenset(),
    )


def world(seed: int, folder: Path) -> World:
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    scenarios = [scenario(random) for _ in range(3)]
    erased = frozenset({random.randrange(3)}) if random.random() < 0.4 else frozenset()
    return World(seed, folder, scenarios, erased, admitted=random.choice([0, 1, 2]))


@pytest.mark.parametrize("part", range(PARTS))
def test_no_history_breaks_a_promise(part: int, tmp_path: Path) -> None:
    broken, ended = {}, []
    for seed in range(part, HISTORIES, PARTS):
        history = world(seed, tmp_path)
        history.run()
        if found := violations(history):
            broken[seed] = found
        ended += [history.recorded.find(video).state for video in history.videos]
        history.close()

    assert broken == {}
    assert ended.count(State.RELEASED) > len(ended) / 5


def test_without_faults_everything_that_can_be_is_released(tmp_path: Path) -> None:
    history = World(0, tmp_path, [Scenario(subjects=3, segments=3)] * 3)
    history.fate.sparing = True
    history.run()
    states = [history.recorded.find(video).state for video in history.videos]
    history.close()

    assert states == [State.RELEASED] * 3


def test_what_failed_for_a_while_is_released_when_somebody_asks_again(tmp_path: Path) -> None:
    history = World(5, tmp_path, [Scenario(segments=2)] * 3, admitted=1)
    history.fate.sparing = True
    history.stages.of[history.videos[1]].broken.update({SwapSegment})
    for video in history.videos:
        history._submit(video, Scenario().goal)
    history._work(until_quiet=True)
    before = [history.recorded.find(video).state for video in history.videos]
    history.stages.of[history.videos[1]].broken.clear()
    history._heal()
    after = [history.recorded.find(video).state for video in history.videos]
    noticed = violations(history)
    history.close()

    assert before == [State.RELEASED, State.FAILED, State.RELEASED]
    assert after == [State.RELEASED] * 3
    assert noticed == []


def test_the_checker_notices_a_shared_identity_when_the_constraint_is_gone(
    tmp_path: Path,
) -> None:
    sharing = Scenario(subjects=2, segments=1, shared=True)
    guarded = World(1, tmp_path / "guarded", [sharing])
    guarded.run()
    kept = violations(guarded)
    state = guarded.recorded.find(guarded.videos[0]).state
    guarded.close()
    broken = World(1, tmp_path / "broken", [sharing])
    with broken.engine.begin() as connection:
        # The table without what makes a shared identity impossible.
        connection.execute(text("DROP TABLE subject"))
        connection.execute(
            text(
                "CREATE TABLE subject (video_id VARCHAR, subject_id VARCHAR, position INTEGER, "
                "identity_id VARCHAR, attempt INTEGER, PRIMARY KEY (video_id, subject_id))"
            )
        )
    broken.run()
    noticed = violations(broken)
    broken.close()

    assert (kept, state) == ([], State.FAILED)
    assert any("two subjects with one identity" in what for what in noticed)


def test_the_checker_notices_what_was_not_erased(tmp_path: Path) -> None:
    history = World(2, tmp_path, [Scenario()])
    history.fate.sparing = True
    history.run()
    history.erased = frozenset({0})
    noticed = violations(history)
    history.close()

    assert any("something of it is left" in what for what in noticed)


def test_the_checker_notices_a_video_that_never_ends(tmp_path: Path) -> None:
    history = World(3, tmp_path, [Scenario()])
    history.fate.sparing = True
    history._insist(lambda: history._submit(history.videos[0], Scenario().goal))
    noticed = violations(history)
    history.close()

    assert noticed == ["v0 never ends: received"]
