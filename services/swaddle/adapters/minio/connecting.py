"""A bucket of an S3 store, its errors, and what a store must be able to do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import urllib3
from minio import Minio
from minio.commonconfig import ENABLED
from minio.deleteobjects import DeleteObject
from minio.error import MinioException, S3Error
from minio.helpers import DictType
from minio.sse import SseS3
from minio.versioningconfig import VersioningConfig

from swaddle.kernel.errors import Misused, NotFound, StorageFailed, SwaddleError, Unavailable

CONNECT_S: Final = 5.0
READ_S: Final = 60.0
RETRIES: Final = 3

TAKEN: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
MISSING: Final = frozenset({"NoSuchKey", "NoSuchVersion", "NoSuchObject"})
FULL: Final = frozenset({"XMinioStorageFull", "XMinioDiskFull", "QuotaExceeded"})
REFUSED: Final = frozenset({"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"})


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where blobs lie."""

    client: Minio
    name: str
    encrypted: bool = False
    """Whether the store is told to encrypt at rest (SSE-S3)."""

    @property
    def encryption(self) -> SseS3 | None:
        """What is asked for with every object."""
        return SseS3() if self.encrypted else None

    def create(self, key: str, content: bytes) -> bool:
        """Store an object unless there is one; return whether there was none."""
        headers: DictType = {"If-None-Match": "*"}
        headers |= SseS3().headers() if self.encrypted else {}
        try:
            with translated(key):
                # minio 7.2 has no public way to say this header: in `metadata` of `put_object`
                # it becomes a note on the object, which is replaced.
                self.client._execute("PUT", self.name, key, body=content, headers=headers)  # noqa: SLF001
        except Taken:
            return False
        return True

    def erase(self, prefix: str) -> int:
        """Remove every version of what begins so; return how many objects there were."""
        with translated(prefix):
            versions = list(self._versions(prefix))
            targets = [DeleteObject(v.object_name, v.version_id) for v in versions]
            failed = list(self.client.remove_objects(self.name, targets))
            left = [v.object_name for v in self._versions(prefix)] if targets else []
        known = {(v.object_name, v.version_id) for v in versions}
        if failed or any(name in {n for n, _ in known} for name in left):
            raise StorageFailed(f"The store kept a part of {prefix}.")
        return len({v.object_name for v in versions if v.is_latest and not v.is_delete_marker})

    def _versions(self, prefix: str) -> Iterator:  # type: ignore[type-arg]
        return self.client.list_objects(
            self.name, prefix=prefix, recursive=True, include_version=True
        )

    def make(self) -> None:
        """Make the bucket if it is missing, with versions: a reader keeps what it opened."""
        with translated(self.name):
            if not self.client.bucket_exists(self.name):
                self.client.make_bucket(self.name)
            self.client.set_bucket_versioning(self.name, VersioningConfig(ENABLED))

    def probe(self) -> None:
        """Refuse a store that cannot do what the pipeline relies on; raises Misused."""
        with translated(self.name):
            if not self.client.bucket_exists(self.name):
                raise Misused(f"There is no bucket {self.name}; `swaddle migrate` makes it.")
            versioning = self.client.get_bucket_versioning(self.name)
        if versioning.status != ENABLED:
            raise Misused(
                f"The bucket {self.name} keeps no versions: what is being read could change. "
                "`swaddle migrate` turns them on, where the store has them."
            )
        key = f".probe/{uuid4().hex}"
        try:
            if not self.create(key, b"1") or self.create(key, b"2"):
                raise Misused(
                    "The store ignores If-None-Match: two workers would overwrite each other. "
                    "Use another store, or a later version of this one."
                )
        finally:
            self.erase(key)


def read_url(url: str) -> Bucket:
    """
    Read s3://[KEY:SECRET@]HOST[:PORT]/BUCKET[?tls=none&region=NAME&sse=s3]; raises Misused.

    `tls=none` speaks HTTP, for a store on the same machine or network policy.
    """
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    bucket = parts.path.strip("/")
    login, _, host = parts.netloc.rpartition("@")
    if not host or not bucket or "/" in bucket or options.keys() - {"tls", "region", "sse"}:
        raise Misused("The blob store URL is not one; give a URL s3://HOST/BUCKET.")
    key, _, secret = login.partition(":")
    client = Minio(
        host,
        access_key=unquote(key) or None,
        secret_key=unquote(secret) or None,
        secure=options.get("tls") != "none",
        region=options.get("region", "us-east-1"),
        http_client=_http(),
    )
    return Bucket(client, bucket, encrypted=options.get("sse") == "s3")


def _http() -> urllib3.PoolManager:
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=CONNECT_S, read=READ_S),
        maxsize=16,
        retries=urllib3.Retry(
            total=RETRIES, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]
        ),
    )


class Taken(SwaddleError):
    """There is an object under this key."""


KINDS: Final[Mapping[frozenset[str], type[SwaddleError]]] = {
    TAKEN: Taken,
    MISSING: NotFound,
    FULL: StorageFailed,
    REFUSED: Misused,
}


@contextmanager
def translated(key: str) -> Iterator[None]:
    """Turn the client's errors into ours."""
    try:
        yield
    except S3Error as error:
        kind = next((k for codes, k in KINDS.items() if error.code in codes), Unavailable)
        raise kind(f"The blob store says {error.code} ({key}).") from error
    except (MinioException, urllib3.exceptions.HTTPError) as error:
        raise Unavailable(f"The blob store does not answer ({type(error).__name__}).") from error
    except OSError as error:
        # Never the name of a file: an original may be named after a child.
        raise StorageFailed(f"{error.strerror or 'The disk failed'} ({key}).") from error
