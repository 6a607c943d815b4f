"""What every blob store promises."""

import hashlib
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import Misused, NotFound, StorageFailed
from swaddle.kernel.identifiers import BlobKey
from swaddle.kernel.ports import BlobStore

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

    def test_a_copy_is_a_blob_of_its_own(self, store: BlobStore) -> None:
        other = BlobKey("lab/v1/source")
        store.put(KEY, b"content")
        store.copy(KEY, other)
        store.put(KEY, b"later")
        copied = content_of(store, other)
        store.erase(KEY)

        assert copied == content_of(store, other) == b"content"
        with pytest.raises(NotFound):
            store.copy(KEY, other)

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
