"""The commands do what their help says, one after the other, on a rendered clip."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from swaddle.entrypoints.cli.exit_codes import ExitCode
from swaddle.kernel.geometry import Box
from swaddle.scenes.rendering import Moment
from tests.e2e.command_line import CommandLine, Said

pytestmark = pytest.mark.models

Rendered = Callable[[str], tuple[Path, list[Moment]]]


@pytest.fixture
def clip(rendered: Rendered) -> Path:
    return rendered("hand-passing")[0]


def inspected(clip: Path, plan: Path, swaddle: CommandLine) -> dict[str, Any]:
    """Write the plan of a clip; return what it says."""
    assert swaddle("inspect", clip, "--output", plan, "--jobs", "1").code == ExitCode.RELEASED
    content: dict[str, Any] = json.loads(plan.read_text())
    return content


def test_a_plan_is_inspected_edited_and_rendered(
    clip: Path, tmp_path: Path, swaddle: CommandLine
) -> None:
    plan, output = tmp_path / "plan.json", tmp_path / "out.mp4"
    content = inspected(clip, plan, swaddle)
    content["subjects"][0]["method"] = "pixelate"
    plan.write_text(json.dumps(content))

    said = swaddle("render", plan, "--output", output, "--jobs", "1")

    assert said.code == ExitCode.RELEASED
    manifest = json.loads(Path(f"{output}.manifest.json").read_text())
    assert manifest["testimony"]["counts"]["faces"]["pixelate"] > 0
    assert swaddle("verify", output).code == ExitCode.RELEASED


def test_a_plan_with_too_few_coefficients_is_refused_before_anything_is_rendered(
    clip: Path, tmp_path: Path, swaddle: CommandLine
) -> None:
    plan, output = tmp_path / "plan.json", tmp_path / "out.mp4"
    content = inspected(clip, plan, swaddle)
    content["subjects"][0]["identity"]["shape"].pop()
    plan.write_text(json.dumps(content))

    said = swaddle("render", plan, "--output", output, "--jobs", "1")

    assert said.code == ExitCode.REJECTED
    assert "coefficients of shape" in said.complaint
    assert not output.exists()


def test_inspect_says_where_whom_a_plan_names_is_seen(
    rendered: Rendered, tmp_path: Path, swaddle: CommandLine
) -> None:
    path, moments = rendered("two-crossing")
    said = swaddle("inspect", path, "--output", tmp_path / "plan.json", "--jobs", "1")
    heads = re.findall(
        r"^s\d\d +0:00\.0 to .* x (\d+) to (\d+), y (\d+) to (\d+)$", said.out, re.MULTILINE
    )

    assert len(heads) == 2
    for face in moments[0].faces:
        overlaps = [Box(*(float(head[i]) for i in (0, 2, 1, 3))).iou(face.box) for head in heads]
        assert max(overlaps) > 0.4


def test_a_plan_can_be_edited_and_rendered_until_its_run_is_wiped(
    clip: Path, tmp_path: Path, swaddle: CommandLine
) -> None:
    plan, output = tmp_path / "plan.json", tmp_path / "out.mp4"
    content = inspected(clip, plan, swaddle)

    def rendered_with(**changes: str) -> Said:
        content["subjects"][0] |= changes
        plan.write_text(json.dumps(content))
        return swaddle("render", plan, "-o", output, "--jobs", "1", "--overwrite")

    assert content["work"] in rendered_with(method="blur").out
    mistaken = rendered_with(method="synthetic", engine="foo://bar")
    assert (mistaken.code, "foo" in mistaken.err) == (ExitCode.USAGE, True)
    assert rendered_with(method="exempt", engine="appearance://").code == ExitCode.RELEASED
    Path(f"{output}.report.html").unlink()
    told = swaddle("verify", output).out
    assert "released by the gate. The real face of 1 person shows, by plan." in told
    assert told.strip().endswith("Not there to be compared: report.")
    published = swaddle("render", f"{output}.plan.json", "-o", tmp_path / "other.mp4")
    assert (published.code, "published" in published.complaint) == (ExitCode.USAGE, True)
    assert swaddle("wipe", content["work"]).code == ExitCode.RELEASED
    assert swaddle.left() == []


def test_a_seed_key_that_is_not_there_is_missed_before_anything_begins(
    clip: Path, tmp_path: Path, swaddle: CommandLine
) -> None:
    said = swaddle("anonymize", clip, "-o", tmp_path / "o.mp4", "--seed-key", tmp_path / "none")

    assert said.code == ExitCode.STORAGE
    assert swaddle.left() == []


@pytest.mark.parametrize("method", ["blur", "blackout"])
def test_a_baseline_replaces_every_face(
    method: str, clip: Path, tmp_path: Path, swaddle: CommandLine
) -> None:
    output = tmp_path / "out.mp4"

    said = swaddle("anonymize", clip, "-o", output, "--method", method, "--audio", "drop")

    assert said.code == ExitCode.RELEASED
    told = json.loads(Path(f"{output}.manifest.json").read_text())["testimony"]
    assert told["counts"]["faces"]["swap"] == 0
    assert told["counts"]["faces"][method] > 0
    assert told["video"]["audio"] == [] or told["order"]["audio"] == "drop"


def test_progress_for_machines_is_one_object_a_line(
    clip: Path, tmp_path: Path, swaddle: CommandLine
) -> None:
    said = swaddle("anonymize", clip, "-o", tmp_path / "o.mp4", "--progress", "jsonl")

    events = [json.loads(line) for line in said.out.splitlines()]
    assert {event["event"] for event in events} >= {"progress", "VideoIngested", "VideoCertified"}
    shares = [event["share"] for event in events if event["event"] == "progress"]
    assert shares == sorted(shares)


def test_features_say_where_everybody_looks(
    clip: Path, tmp_path: Path, swaddle: CommandLine
) -> None:
    table = tmp_path / "table.parquet"

    assert swaddle("features", clip, "--output", table).code == ExitCode.RELEASED

    rows = pq.read_table(table)
    assert {"frame", "time_s", "yaw", "eye_openness_left"} <= set(rows.column_names)
    assert rows.num_rows > 30
    assert swaddle.left() == []


def test_check_finds_the_faces_of_a_video_that_was_not_anonymized(
    clip: Path, tmp_path: Path, swaddle: CommandLine
) -> None:
    said = swaddle("check", clip, "--against", clip, "--json")

    assert said.code == ExitCode.HELD
    assert json.loads(said.out)["findings"] != []


def test_check_passes_what_swaddle_made(clip: Path, tmp_path: Path, swaddle: CommandLine) -> None:
    output = tmp_path / "o.mp4"
    assert swaddle("anonymize", clip, "-o", output).code == ExitCode.RELEASED

    assert swaddle("check", output, "--against", clip).code == ExitCode.RELEASED
    swapped = swaddle("check", clip, "--against", output)
    assert (swapped.code, "manifest" in swapped.complaint) == (ExitCode.USAGE, True)


def test_a_key_and_a_cohort_give_the_same_person_twice(
    clip: Path, tmp_path: Path, swaddle: CommandLine
) -> None:
    key = tmp_path / "study.key"
    key.write_text("11" * 32)
    options = ("--seed-key", key, "--cohort", "study", "--jobs", "1")
    for name in ("one", "two"):
        said = swaddle("anonymize", clip, "-o", tmp_path / f"{name}.mp4", *options)
        assert said.code == ExitCode.RELEASED

    one, two = ((tmp_path / f"{name}.mp4").read_bytes() for name in ("one", "two"))
    assert one == two


def test_a_setting_that_cannot_be_meant_is_named(
    swaddle: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWADDLE_CRF", "s3cret")
    said = swaddle("doctor")

    assert said.code == ExitCode.USAGE
    assert "SWADDLE_CRF" in said.complaint
    assert "s3cret" not in said.complaint


def test_a_method_for_plans_alone_is_not_offered(clip: Path, swaddle: CommandLine) -> None:
    said = swaddle("anonymize", clip, "-o", "x.mp4", "--method", "exempt")

    assert said.code == ExitCode.USAGE
    assert "cover" not in said.err


def test_doctor_finds_this_machine_well(swaddle: CommandLine) -> None:
    said = swaddle("doctor")

    assert said.code == ExitCode.RELEASED
    assert "NO " not in said.out
