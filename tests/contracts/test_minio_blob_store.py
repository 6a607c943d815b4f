"""A real MinIO as a blob store."""

import hashlib
import io
from datetime import timedelta
from uuid import uuid4

import pytest
import urllib3

from swaddle.adapters.minio.blob_store import MinioBlobStore
from swaddle.adapters.minio.connecting import Bucket, read_url
from swaddle.kernel.errors import Misused, Unavailable
from tests.contracts.blobs import KEY, BlobStoreContract, content_of
from tools.servers.minio import Minio
from tools.servers.process import free_port


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
