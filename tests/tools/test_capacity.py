"""Sizing: what a campaign takes follows from what was measured, and the simulation from its rules."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.capacity.planning import UTILISATION, Campaign, for_days, for_pods
from tools.capacity.simulating import Scaling, simulate
from tools.capacity.work import BY_SEGMENT, ORDER, Work, messages, read_work

WORK = Work({stage: 3.0 if stage in BY_SEGMENT else 0.3 for stage in ORDER}, cores=2)
STILL = dict.fromkeys(ORDER, Scaling(least=1, most=1, start_s=0))
TWO_MINUTES = 120.0


def campaign(videos: int) -> Campaign:
    return Campaign(videos=videos, seconds=TWO_MINUTES, megabytes=60, kept=3)


def benchmark(tmp_path: Path, name: str, seconds: float) -> Path:
    stages = [{"stage": stage, "seconds": seconds, "frames_per_second": 1} for stage in ORDER]
    content = {"schema": "swaddle.benchmark/1", "cores": 4, "video_seconds": 10, "stages": stages}
    (tmp_path / name).write_text(json.dumps(content))
    return tmp_path / name


def test_a_stage_can_be_measured_where_it_will_run(tmp_path: Path) -> None:
    slow, quick = benchmark(tmp_path, "cpu.json", 20), benchmark(tmp_path, "gpu.json", 1)
    work = read_work(slow, {"detection": quick})

    assert work.of_video("detection", 60) == pytest.approx(6)
    assert work.of_video("gate", 60) == pytest.approx(120)


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}")
    with pytest.raises(SystemExit, match="swaddle bench"):
        read_work(tmp_path / "other.json")


@given(st.floats(0.1, 5000))
def test_the_messages_of_a_video_are_its_work(seconds: float) -> None:
    for stage in ORDER:
        whole = WORK.of_message(stage, seconds) * messages(stage, seconds)
        assert whole == pytest.approx(WORK.of_video(stage, seconds))


@given(st.integers(1, 1_000_000), st.floats(1, 365))
def test_a_plan_for_some_days_is_done_by_then(videos: int, days: float) -> None:
    plan = for_days(WORK, campaign(videos), days)

    assert plan.days <= days * 1.0001
    assert plan.partitions >= max(plan.pods.values())


def test_ten_times_the_videos_take_ten_times_the_pods() -> None:
    few, many = (for_days(WORK, campaign(number), 30) for number in (100_000, 1_000_000))

    assert many.pods["gate"] == pytest.approx(10 * few.pods["gate"], abs=10)
    assert many.terabytes == pytest.approx(10 * few.terabytes)


def test_a_plan_for_some_pods_uses_about_so_many() -> None:
    plan = for_pods(WORK, campaign(100_000), 100)

    assert sum(plan.pods.values()) == pytest.approx(100, abs=len(ORDER))


def test_nodes_hold_all_pods() -> None:
    plan = for_pods(WORK, campaign(100_000), 100)

    assert plan.nodes(8) * 8 >= sum(plan.pods.values()) > (plan.nodes(8) - 1) * 8


def test_one_video_takes_the_work_of_every_stage() -> None:
    story = simulate(WORK, [TWO_MINUTES], STILL)

    assert story.drained_s == pytest.approx(sum(WORK.of_video(s, TWO_MINUTES) for s in ORDER))


def test_many_videos_take_as_long_as_the_slowest_stage() -> None:
    story = simulate(WORK, [TWO_MINUTES] * 100, STILL)

    slowest = 100 * WORK.of_video("gate", TWO_MINUTES)
    assert slowest < story.drained_s < slowest * 1.05
    assert story.idle("gate") < 0.05
    assert story.idle("linking") > 0.8


def test_shared_cores_are_shared() -> None:
    total = 20 * sum(WORK.of_video(stage, TWO_MINUTES) for stage in ORDER)
    story = simulate(WORK, [TWO_MINUTES] * 20, STILL, cores=1)

    assert story.drained_s == pytest.approx(total)


def test_pods_come_with_the_lag_and_go_after_it() -> None:
    rules = dict.fromkeys(ORDER, Scaling(most=8, start_s=60))
    alone = simulate(WORK, [TWO_MINUTES] * 40, STILL)
    story = simulate(WORK, [TWO_MINUTES] * 40, rules)

    assert story.most_pods["detection"] == 8
    assert story.most_pods["linking"] <= 8
    assert alone.drained_s / 8 < story.drained_s < alone.drained_s / 3
    for stage in ORDER:
        assert story.busy_seconds[stage] == pytest.approx(40 * WORK.of_video(stage, TWO_MINUTES))
        assert story.pod_seconds[stage] >= story.busy_seconds[stage]


def test_a_higher_threshold_is_slower_and_idles_less() -> None:
    def at(threshold: int) -> tuple[float, float]:
        rules = Scaling(most=32, lag_threshold=threshold, start_s=240)
        story = simulate(WORK, [TWO_MINUTES] * 30, dict.fromkeys(ORDER, rules))
        return story.drained_s, story.idle("detection")

    (quick, wasteful), (slow, thrifty) = at(2), at(32)

    assert quick < slow
    assert thrifty < wasteful


@given(st.integers(1, 30), st.integers(1, 12), st.integers(1, 20))
def test_every_video_ends(videos: int, most: int, threshold: int) -> None:
    rules = Scaling(most=most, lag_threshold=threshold, start_s=30)
    story = simulate(WORK, [25.0] * videos, dict.fromkeys(ORDER, rules))

    assert story.drained_s >= WORK.of_video("gate", 25.0)
    assert max(story.most_pods.values()) <= most


def test_utilisation_is_between_nothing_and_all() -> None:
    assert 0 < UTILISATION < 1
