import io
import os
import stat
from pathlib import Path

import pytest

from swaddle.adapters.folder.model_store import FolderModelStore
from swaddle.kernel.errors import Forged, StorageFailed
from swaddle.models.ports import Condition
from tests.contracts.weights import CONTENT, model_of

MODEL = model_of()


class Full(io.BytesIO):
    """Comes when the disk is full."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError(28, "No space left on device")


@pytest.fixture
def store(tmp_path: Path) -> FolderModelStore:
    store = FolderModelStore(tmp_path)
    store.accept(MODEL, MODEL.files[0], io.BytesIO(CONTENT))
    return store


def forge(path: Path) -> None:
    """Change a file behind the back of its stamp: same size, same time."""
    before = path.stat()
    path.write_bytes(bytes(before.st_size))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_an_unchanged_file_is_not_read_again(store: FolderModelStore) -> None:
    forge(Path(store.path(MODEL)))

    assert store.condition(MODEL) is Condition.PRESENT


def test_verify_believes_no_stamp(store: FolderModelStore) -> None:
    forge(Path(store.path(MODEL)))

    assert store.verify(MODEL) is Condition.DAMAGED


def test_a_touched_file_is_read_once(store: FolderModelStore) -> None:
    path = Path(store.path(MODEL))
    os.utime(path, ns=(1, 1))

    assert store.condition(MODEL) is Condition.PRESENT
    forge(path)
    assert store.condition(MODEL) is Condition.PRESENT


@pytest.mark.parametrize("stamp", [b"", b"\xff\x00", b"0" * 64 + b" 1 1\n"])
def test_a_broken_stamp_costs_a_look_at_the_file(store: FolderModelStore, stamp: bytes) -> None:
    path = Path(store.path(MODEL))
    path.with_name(f".{path.name}.verified").write_bytes(stamp)

    assert store.condition(MODEL) is Condition.PRESENT
    path.write_bytes(bytes(len(CONTENT)))
    assert store.condition(MODEL) is Condition.DAMAGED


def test_a_file_that_was_put_there_by_hand_is_found(tmp_path: Path) -> None:
    folder = tmp_path / MODEL.version[:16]
    folder.mkdir()
    (folder / MODEL.files[0].path).write_bytes(CONTENT)

    assert FolderModelStore(tmp_path).path(MODEL) == str(folder / MODEL.files[0].path)


def test_a_file_can_be_read_by_everybody(store: FolderModelStore) -> None:
    assert stat.S_IMODE(Path(store.path(MODEL)).stat().st_mode) == 0o644


@pytest.mark.parametrize("content", [io.BytesIO(b"other"), Full()])
def test_nothing_is_left_of_what_was_not_accepted(tmp_path: Path, content: io.BytesIO) -> None:
    with pytest.raises((Forged, StorageFailed)):
        FolderModelStore(tmp_path).accept(MODEL, MODEL.files[0], content)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_partial_download_of_a_killed_process_is_never_used(tmp_path: Path) -> None:
    folder = tmp_path / MODEL.version[:16]
    folder.mkdir()
    (folder / f".{MODEL.files[0].path}.0a1b2c3d.partial").write_bytes(CONTENT)

    assert FolderModelStore(tmp_path).condition(MODEL) is Condition.MISSING


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match=r"model tiny cannot be .*: No space left on device\."):
        FolderModelStore(tmp_path).accept(MODEL, MODEL.files[0], Full())


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "models").write_bytes(b"a file")

    with pytest.raises(StorageFailed, match="model tiny cannot be read or written"):
        FolderModelStore(tmp_path / "models").accept(MODEL, MODEL.files[0], io.BytesIO(CONTENT))


def test_a_folder_in_the_place_of_a_file_is_no_model(tmp_path: Path) -> None:
    (tmp_path / MODEL.version[:16] / MODEL.files[0].path).mkdir(parents=True)

    assert FolderModelStore(tmp_path).condition(MODEL) is Condition.MISSING
    with pytest.raises(StorageFailed):
        FolderModelStore(tmp_path).accept(MODEL, MODEL.files[0], io.BytesIO(CONTENT))
