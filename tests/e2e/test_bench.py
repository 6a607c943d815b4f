"""`swaddle bench` says what a video takes, and keeps nothing of it."""

import json
from pathlib import Path

import pytest

from swaddle.entrypoints.cli.exit_codes import ExitCode
from tests.e2e.command_line import CommandLine
from tests.media.clips import Recipe, make

pytestmark = pytest.mark.models


def test_a_benchmark_times_every_stage_and_leaves_nothing_behind(
    tmp_path: Path, swaddle: CommandLine
) -> None:
    clip, figures = tmp_path / "clip.mp4", tmp_path / "figures.json"
    clip.write_bytes(make(Recipe(frames=24)))
    said = swaddle("bench", clip, "--runs", "1", "--output", figures, "--progress", "none")
    told = json.loads(figures.read_text())
    stages = {stage["stage"]: stage["seconds"] for stage in told["stages"]}

    assert said.code == ExitCode.RELEASED
    assert told["frames"] == 24
    assert told["fastest"] == told["seconds"] == told["slowest"]
    assert sum(stages.values()) == pytest.approx(told["seconds"], abs=0.01)
    for stage in ("ingest", "detection", "swapping", "gate", "certification"):
        assert stages[stage] > 0, stage
        assert stage in said.out
    assert told["engines"]["detector"] == "onnx://centerface"
    assert set(told["work"]) == {"decode", "inference", "blending", "encode", "rest"}
    assert sum(told["work"].values()) == pytest.approx(1, abs=0.01)
    assert told["work"]["inference"] > 0
    assert "time of all threads: decode " in said.out
    assert sorted(tmp_path.iterdir()) == [clip, figures]


def test_an_engine_that_is_not_in_the_catalogue_is_not_timed(
    tmp_path: Path, swaddle: CommandLine
) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(make(Recipe(frames=2)))

    assert "no none_such" in swaddle("bench", clip, "--engine", "onnx://none_such").complaint
    said = swaddle("bench", clip, "--engine", "onnx://inswapper_128")
    assert said.code == ExitCode.USAGE
    assert "LicenseRef-InsightFace-non-commercial" in said.complaint
    said = swaddle("bench", clip, "--engine", "onnx://yunet_2023mar")
    assert said.code == ExitCode.UNAVAILABLE
    assert "missing: yunet_2023mar" in said.complaint


def test_what_is_no_video_is_not_timed(tmp_path: Path, swaddle: CommandLine) -> None:
    (tmp_path / "no.mp4").write_bytes(b"no video")

    assert swaddle("bench", tmp_path / "no.mp4").code == ExitCode.REJECTED
    assert swaddle("bench", tmp_path / "missing.mp4").code == ExitCode.STORAGE
