"""Stored bytes, and the keys under which they lie."""

import hashlib
from dataclasses import dataclass
from typing import BinaryIO, Final

from .errors import Misused
from .identifiers import BlobKey, TaskDigest, Tenant, VideoId

CHUNK: Final = 1 << 20
"""Bytes that are read at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """Bytes in the blob store: where they are and what they must be."""

    key: BlobKey
    size: int
    sha256: str


def check_key(key: str) -> None:
    """
    Refuse a key that has two spellings or leads outside a store; raises Misused.

    No empty parts, no dots, no way up.
    """
    if any(part in ("", ".", "..") or "\0" in part for part in key.split("/")):
        raise Misused(f"The key {key!r} leads outside the blob store.")


def check_prefix(prefix: str) -> None:
    """Refuse the beginning of a key that no key can have; raises Misused."""
    below = prefix.rpartition("/")[0]
    if below:
        check_key(below)


def payload_key(
    tenant: Tenant, video: VideoId, stage: str, part: str, digest: TaskDigest, attempt: str
) -> BlobKey:
    """Return a key that no other run of the task uses."""
    return BlobKey(f"{tenant}/{video}/{stage}/{part}/{digest[:16]}/{attempt}")


def result_key(
    tenant: Tenant, video: VideoId, stage: str, part: str, digest: TaskDigest
) -> BlobKey:
    """Return the key of the one result of a task, whoever finishes first."""
    return BlobKey(f"{tenant}/{video}/{stage}/{part}/{digest[:16]}/result")


def task_digest(*parts: str) -> TaskDigest:
    """Return a digest of everything a task's result depends on; the order matters."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part.encode())
    return TaskDigest(whole.hexdigest())


def sha256_of(stream: BinaryIO) -> str:
    """Return the SHA-256 of what is left of a stream, in hexadecimal digits."""
    whole = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        whole.update(chunk)
    return whole.hexdigest()
