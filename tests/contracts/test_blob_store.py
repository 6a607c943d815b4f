"""What every blob store promises."""

import hashlib
import stat
from pathlib import Path

import pytest

from swaddle.adapters.folder.blob_store import FolderBlobStore
from swaddle.kernel.errors import NotFound, StorageFailed
from swaddle.kernel.identifiers import BlobKey
from tests.contracts.blobs import KEY, BlobStoreContract, content_of


class TestFolderBlobStore(BlobStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> FolderBlobStore:
        return FolderBlobStore(tmp_path / "work")

    @pytest.fixture
    def original(self, tmp_path: Path) -> Path:
        path = tmp_path / "emma_smith.mp4"
        path.write_bytes(b"video")
        return path

    def test_only_the_owner_can_enter_a_folder(
        self, store: FolderBlobStore, tmp_path: Path
    ) -> None:
        store.put(KEY, b"x")
        store.create(BlobKey("other/deep/key"), b"x")
        folders = [tmp_path / "work", *(p for p in (tmp_path / "work").rglob("*") if p.is_dir())]

        assert len(folders) == 8
        assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}

    def test_no_unfinished_file_stays(self, store: FolderBlobStore, tmp_path: Path) -> None:
        store.put(KEY, b"x")
        store.create(KEY, b"y")
        store.create(BlobKey("lab/v1/other"), b"y")

        assert not list(tmp_path.rglob("*.partial"))

    def test_no_empty_folder_stays(self, store: FolderBlobStore, tmp_path: Path) -> None:
        store.put(KEY, b"x")
        store.put(BlobKey("lab/v2/a"), b"x")
        store.erase("lab/v1/")

        assert [p.name for p in (tmp_path / "work" / "lab").iterdir()] == ["v2"]

    def test_an_adopted_file_is_read_where_it_lies(
        self, store: FolderBlobStore, original: Path, tmp_path: Path
    ) -> None:
        blob = store.adopt(KEY, original)
        files = [p for p in (tmp_path / "work").rglob("*") if p.is_file() and not p.is_symlink()]

        assert content_of(store, KEY) == b"video"
        assert blob.sha256 == hashlib.sha256(b"video").hexdigest()
        assert blob.size == 5
        assert files == []

    def test_an_adopted_file_is_never_erased(self, store: FolderBlobStore, original: Path) -> None:
        store.adopt(KEY, original)

        assert store.erase("lab/") == 1
        assert original.read_bytes() == b"video"

    def test_an_adopted_file_is_never_written(
        self, store: FolderBlobStore, original: Path
    ) -> None:
        store.adopt(KEY, original)
        assert not store.create(KEY, b"other")
        store.put(KEY, b"other")

        assert original.read_bytes() == b"video"
        assert content_of(store, KEY) == b"other"

    def test_an_original_that_vanished_is_not_found(
        self, store: FolderBlobStore, original: Path
    ) -> None:
        store.adopt(KEY, original)
        original.unlink()

        with pytest.raises(NotFound), store.open(KEY):
            pass

    def test_an_error_does_not_tell_the_name_of_the_original(
        self, store: FolderBlobStore, tmp_path: Path
    ) -> None:
        with pytest.raises(StorageFailed) as failure:
            store.adopt(KEY, tmp_path / "emma_smith.mp4")

        assert "emma" not in str(failure.value)
        assert str(KEY) in str(failure.value)

    def test_a_folder_that_cannot_be_made_is_a_storage_failure(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        store = FolderBlobStore(tmp_path / "file")

        with pytest.raises(StorageFailed):
            store.put(KEY, b"x")
