"""Whatever somebody gives: one plain sentence, the documented exit code, and nothing left behind."""

import os
import stat
from pathlib import Path

import pytest

from swaddle.entrypoints.cli.exit_codes import ExitCode
from tests.e2e.command_line import CommandLine
from tests.media.clips import Recipe, Sound, make

pytestmark = pytest.mark.models

CLIP = make(Recipe(frames=12))


def broken(kind: str, folder: Path) -> Path:
    """Return a file that is no video to take."""
    contents = {
        "empty": b"",
        "text": b"Dear diary,\n" * 300,
        "truncated": CLIP[: len(CLIP) // 2],
        "sound-only": make(Recipe(frames=0, sounds=(Sound(),))),
        "concat-relative": b"ffconcat version 1.0\nfile 'other.mp4'\n",
        "concat-absolute": f"ffconcat version 1.0\nfile '{folder / 'other.mp4'}'\n".encode(),
        "playlist": b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nother.mp4\n#EXT-X-ENDLIST\n",
        "one-pixel": make(Recipe(container="avi", codec="rawvideo", size=(1, 1), frames=3)),
    }
    (folder / "other.mp4").write_bytes(CLIP)
    path = folder / "Anna Novak.mp4"
    path.write_bytes(contents[kind])
    return path


@pytest.mark.parametrize(
    "kind",
    [
        *("empty", "text", "truncated", "sound-only"),
        *("concat-relative", "concat-absolute", "playlist"),
    ],
)
def test_what_is_no_video_is_rejected(kind: str, tmp_path: Path, swaddle: CommandLine) -> None:
    source, output = broken(kind, tmp_path), tmp_path / "out.mp4"

    said = swaddle("anonymize", source, "--output", output, "--jobs", "1")

    assert said.code == ExitCode.REJECTED
    assert said.complaint.endswith(".")
    assert "Traceback" not in said.err
    assert not any(p.name.startswith(("out", ".out")) for p in tmp_path.iterdir())
    assert swaddle.left() == []


def test_a_missing_input_is_a_storage_error(tmp_path: Path, swaddle: CommandLine) -> None:
    said = swaddle("anonymize", tmp_path / "none.mp4", "--output", tmp_path / "out.mp4")

    assert said.code == ExitCode.STORAGE
    assert "none.mp4" in said.complaint


def test_the_input_is_never_overwritten(tmp_path: Path, swaddle: CommandLine) -> None:
    source = tmp_path / "visit.mp4"
    source.write_bytes(CLIP)

    said = swaddle("anonymize", source, "--output", source, "--overwrite")

    assert said.code == ExitCode.USAGE
    assert "same file" in said.complaint
    assert source.read_bytes() == CLIP


def test_an_output_is_not_overwritten_unasked(tmp_path: Path, swaddle: CommandLine) -> None:
    source, output = tmp_path / "visit.mp4", tmp_path / "out.mp4"
    source.write_bytes(CLIP)
    output.write_bytes(b"mine")

    said = swaddle("anonymize", source, "--output", output)

    assert said.code == ExitCode.USAGE
    assert "--overwrite" in said.complaint
    assert output.read_bytes() == b"mine"


def test_an_output_that_cannot_be_is_refused_before_any_work(
    tmp_path: Path, swaddle: CommandLine
) -> None:
    source = tmp_path / "visit.mp4"
    source.write_bytes(CLIP)
    (tmp_path / "file").write_bytes(b"no folder")

    said = swaddle("anonymize", source, "--output", tmp_path / "file" / "out.mp4")

    assert said.code == ExitCode.STORAGE
    assert said.complaint.endswith(".")
    assert swaddle.left() == []


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_folder_is_a_storage_error(tmp_path: Path, swaddle: CommandLine) -> None:
    source, folder = tmp_path / "visit.mp4", tmp_path / "locked"
    source.write_bytes(CLIP)
    folder.mkdir(mode=0o500)

    assert swaddle("anonymize", source, "--output", folder / "o.mp4").code == ExitCode.STORAGE


def test_a_full_disk_is_a_storage_error(tmp_path: Path, swaddle: CommandLine) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no device that is always full")
    source = tmp_path / "visit.mp4"
    source.write_bytes(CLIP)
    swaddle.monkeypatch.setattr("os.fsync", _no_room)

    said = swaddle("anonymize", source, "--output", tmp_path / "o.mp4", "--jobs", "1")

    assert said.code == ExitCode.STORAGE
    assert "No space left" in said.complaint
    assert not (tmp_path / "o.mp4").exists()


def _no_room(_: int) -> None:
    raise OSError(28, "No space left on device")


NONSENSE = {
    "not json": b"{",
    "empty": b"{}",
    "another schema": b'{"schema_version": 99}',
    "a list": b"[]",
}


@pytest.mark.parametrize("content", NONSENSE.values(), ids=NONSENSE.keys())
def test_a_plan_edited_into_nonsense_is_rejected(
    content: bytes, tmp_path: Path, swaddle: CommandLine
) -> None:
    plan = tmp_path / "plan.json"
    plan.write_bytes(content)

    said = swaddle("render", plan, "--output", tmp_path / "o.mp4")

    assert said.code in (ExitCode.REJECTED, ExitCode.USAGE)
    assert said.complaint.endswith(".")


def test_one_bad_video_does_not_stop_the_others(tmp_path: Path, swaddle: CommandLine) -> None:
    folder, results = tmp_path / "visits", tmp_path / "out"
    folder.mkdir()
    (folder / "a.mp4").write_bytes(b"no video")
    (folder / "b.mp4").write_bytes(CLIP)

    said = swaddle("anonymize", folder, "--output", results, "--jobs", "1")

    assert said.code == ExitCode.REJECTED
    assert (results / "b.mp4").is_file()
    assert not (results / "a.mp4").exists()


def test_a_run_leaves_nothing_and_its_folder_is_private(
    tmp_path: Path, swaddle: CommandLine
) -> None:
    source, output = tmp_path / "Anna Novak.mp4", tmp_path / "out.mp4"
    source.write_bytes(CLIP)

    said = swaddle("anonymize", source, "--output", output, "--jobs", "1")

    assert said.code == ExitCode.RELEASED
    assert swaddle.left() == []
    assert stat.S_IMODE(swaddle.work.stat().st_mode) == 0o700
    written = [p for p in tmp_path.iterdir() if p != source]
    assert [
        p.name for p in written if b"Anna" in p.read_bytes() or b"Novak" in p.read_bytes()
    ] == []
