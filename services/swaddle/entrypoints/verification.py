"""Finds what lies beside a released video, and asks whether it all belongs together."""

from pathlib import Path

from swaddle import bootstrap
from swaddle.certification.verifying import Verification
from swaddle.certification.verifying import verify as verify_content
from swaddle.kernel.errors import StorageFailed
from swaddle.settings import Settings

from .delivery import COMPANIONS


def verify(
    output: Path, key: Path | None = None, settings: Settings | None = None
) -> Verification:
    """
    Return whether a video and its manifest are the ones that were signed.

    The signer is expected where it has this `key` (PEM), or where it is this user. Raises
    StorageFailed where a file is missing, Misused where the key is none.
    """
    settings = settings or Settings()
    manifest = _read(_beside(output, "manifest"))
    signature = _read(_beside(output, "signature"))
    trusted = None if key is None else bootstrap.read_public_key(_read(key))
    checker = bootstrap.signature_checker()
    try:
        with output.open("rb") as stream:
            found = verify_content(stream, manifest, signature, trusted, checker)
            if trusted is None and found.genuine and found.signed_by(_own_key(settings)):
                stream.seek(0)
                return verify_content(stream, manifest, signature, _own_key(settings), checker)
            return found
    except OSError as error:
        raise StorageFailed(f"{output} cannot be read: {error.strerror}.") from error


def _own_key(settings: Settings) -> bytes:
    """Return this user's public key, or nothing where there is no place for one."""
    try:
        return bootstrap.key_ring(settings).public_key()
    except StorageFailed:
        return b""


def _beside(output: Path, name: str) -> Path:
    return output.with_name(f"{output.name}{COMPANIONS[name]}")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StorageFailed(f"{path} cannot be read: {error.strerror}.") from error
