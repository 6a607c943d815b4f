"""What every blob store promises."""

import hashlib
import io
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest
import urllib3

from swaddle.adapters.folder.blob_store import FolderBlobStore
from swaddle.adapters.minio.blob_store import MinioBlobStore
from swaddle.adapters.minio.connecting import Bucket, read_url
from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import Misused, NotFound, StorageFailed, Unavailable
from swaddle.kernel.identifiers import BlobKey
from swaddle.kernel.ports import BlobStore
from tools.servers.minio import Minio
from tools.servers.process import free_port

KEY = BlobKey("lab/v1/detect/0/abc/result")


def content_of(store: BlobStore, key: BlobKey) -> bytes:
    with store.open(key) as stream:
        return stream.read()


class Watched(io.BytesIO):
    """A megabyte that calls back before each part of it is read."""

    def __init__(self, watch: Callable[[], None]) -> None:
        super().__init__(bytes(3 << 20))
        self.watch = watch

    def read(self, size: int | None = -1, /) -> bytes:
        self.watch()
        return super().read(size)


class BlobStoreContract:
    @pytest.fixture
    def store(self, tmp_path: Path) -> BlobStore:
        raise NotImplementedError

    def test_a_missing_blob_is_not_found(self, store: BlobStore) -> None:
        with pytest.raises(NotFound), store.open(KEY):
            pass

    def test_the_beginning_of_a_key_is_no_blob(self, store: BlobStore) -> None:
        store.put(KEY, b"x")

        for key in ("lab/v1", f"{KEY}/more"):
            with pytest.raises(NotFound), store.open(BlobKey(key)):
                pass

    @pytest.mark.parametrize("content", [b"", b"x", bytes(range(256)) * 9000])
    def test_what_was_put_is_read(self, store: BlobStore, content: bytes) -> None:
        blob = store.put(KEY, content)

        assert content_of(store, KEY) == content
        assert blob == Blob(key=KEY, size=len(content), sha256=hashlib.sha256(content).hexdigest())

    def test_a_stream_is_stored_as_its_bytes_are(self, store: BlobStore) -> None:
        content = bytes(range(256)) * 9000

        assert store.put(KEY, io.BytesIO(content)) == store.put(KEY, content)
        assert content_of(store, KEY) == content

    def test_a_blob_can_be_read_from_anywhere(self, store: BlobStore) -> None:
        store.put(KEY, b"0123456789")
        with store.open(KEY) as stream:
            stream.seek(-3, io.SEEK_END)

            assert stream.read() == b"789"

    def test_a_blob_is_replaced_as_a_whole(self, store: BlobStore) -> None:
        store.put(KEY, b"a long first content")
        store.put(KEY, b"short")

        assert content_of(store, KEY) == b"short"

    def test_a_reader_keeps_what_it_opened(self, store: BlobStore) -> None:
        store.put(KEY, b"first")
        with store.open(KEY) as stream:
            store.put(KEY, b"other")

            assert stream.read() == b"first"

    def test_nobody_sees_half_a_blob(self, store: BlobStore) -> None:
        store.put(KEY, b"whole")
        seen = []
        store.put(KEY, Watched(lambda: seen.append(content_of(store, KEY))))

        assert set(seen) == {b"whole"}
        assert len(seen) > 2

    def test_a_blob_that_broke_off_was_never_there(self, store: BlobStore) -> None:
        def fail() -> None:
            raise OSError(28, "No space left on device")

        with pytest.raises(StorageFailed, match="No space left"):
            store.put(KEY, Watched(fail))

        assert store.erase("") == 0

    def test_the_first_to_create_wins(self, store: BlobStore) -> None:
        assert store.create(KEY, b"first")
        assert not store.create(KEY, b"second")
        assert content_of(store, KEY) == b"first"

    def test_of_many_at_once_exactly_one_creates(self, store: BlobStore) -> None:
        together = Barrier(16)

        def create(number: int) -> bool:
            together.wait()
            return store.create(KEY, b"%d" % number)

        with ThreadPoolExecutor(16) as threads:
            won = list(threads.map(create, range(16)))

        assert won.count(True) == 1
        assert content_of(store, KEY) == b"%d" % won.index(True)

    @pytest.mark.parametrize(
        "key", ["", ".", "..", "../x", "a/../../x", "/etc/x", "a//b", "a/", "a\0"]
    )
    def test_a_key_that_leads_outside_is_refused(self, store: BlobStore, key: str) -> None:
        with pytest.raises(Misused, match="outside"):
            store.put(BlobKey(key), b"x")
        with pytest.raises(Misused, match="outside"), store.open(BlobKey(key)):
            pass

    def test_a_prefix_is_erased_and_nothing_else(self, store: BlobStore) -> None:
        for key in ("lab/v1/a", "lab/v1/b/c", "lab/v10/a", "lab/v2/a"):
            store.put(BlobKey(key), b"x")

        assert store.erase("lab/v1/") == 2
        assert store.erase("lab/v1/") == 0
        assert content_of(store, BlobKey("lab/v10/a")) == b"x"
        assert store.erase("lab/v") == 2

    def test_a_prefix_may_end_within_a_name(self, store: BlobStore) -> None:
        for key in ("lab/v1/swap-1/a", "lab/v1/swap-2", "lab/v1/link"):
            store.put(BlobKey(key), b"x")

        assert store.erase("lab/v1/swap") == 2
        assert content_of(store, BlobKey("lab/v1/link")) == b"x"

    def test_a_prefix_that_leads_outside_is_refused(self, store: BlobStore) -> None:
        with pytest.raises(Misused):
            store.erase("../")

    def test_what_was_erased_can_be_written_again(self, store: BlobStore) -> None:
        store.create(KEY, b"first")
        store.erase("lab/v1/")

        assert store.create(KEY, b"second")


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


class TestMinioBlobStore(BlobStoreContract):
    @pytest.fixture
    def bucket(self, minio: Minio) -> Bucket:
        bucket = read_url(minio.url(f"b{uuid4().hex}"))
        bucket.make()
        return bucket

    @pytest.fixture
    def store(self, bucket: Bucket) -> MinioBlobStore:
        return MinioBlobStore(bucket)

    def test_the_store_can_do_what_is_needed(self, bucket: Bucket) -> None:
        bucket.probe()

        assert not list(bucket.client.list_objects(bucket.name, include_version=True))

    def test_a_bucket_that_is_missing_is_said_to_be(self, minio: Minio) -> None:
        with pytest.raises(Misused, match="swaddle migrate"):
            read_url(minio.url("missing")).probe()

    def test_a_bucket_without_versions_is_refused(self, minio: Minio) -> None:
        bucket = read_url(minio.url(f"b{uuid4().hex}"))
        bucket.client.make_bucket(bucket.name)

        with pytest.raises(Misused, match="versions"):
            bucket.probe()

    def test_a_large_blob_arrives_in_parts(self, store: MinioBlobStore) -> None:
        content = bytes(range(256)) * (160 << 10)
        blob = store.put(KEY, io.BytesIO(content))
        with store.open(KEY) as stream:
            stream.seek(20 << 20)
            middle = stream.read(100)
            stream.seek(-5, io.SEEK_END)
            end = stream.read()
            stream.seek(3)
            start = stream.read(4)

        assert blob.size == len(content)
        assert blob.sha256 == hashlib.sha256(content).hexdigest()
        assert (start, middle, end) == (content[3:7], content[20 << 20 :][:100], content[-5:])

    def test_no_version_stays_of_what_was_erased(
        self, store: MinioBlobStore, bucket: Bucket
    ) -> None:
        for content in (b"first", b"second"):
            store.put(KEY, content)
        store.erase("lab/")

        versions = bucket.client.list_objects(bucket.name, recursive=True, include_version=True)
        assert not list(versions)

    def test_a_store_that_is_down_is_unavailable(self) -> None:
        store = MinioBlobStore(
            read_url(f"s3://key:secret@127.0.0.1:{free_port()}/bucket?tls=none")
        )

        with pytest.raises(Unavailable):
            store.put(KEY, b"x")

    @pytest.mark.parametrize(
        "url", ["s3://host", "s3://host/", "s3:///bucket", "s3://host/a/b", "s3://host/a?x=1"]
    )
    def test_a_url_that_names_no_bucket_is_refused(self, url: str) -> None:
        with pytest.raises(Misused, match="s3://HOST/BUCKET"):
            read_url(url)

    def test_who_has_a_url_needs_no_key(self, store: MinioBlobStore) -> None:
        upload = store.upload_url(KEY, timedelta(minutes=1))
        sent = urllib3.request("PUT", upload, body=b"x")
        got = urllib3.request("GET", store.download_url(KEY, timedelta(minutes=1)))
        other = urllib3.request("GET", upload.replace("result", "other"))

        assert sent.status == 200
        assert got.data == content_of(store, KEY) == b"x"
        assert other.status == 403
