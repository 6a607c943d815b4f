"""Finds what lies beside a released video, and asks whether it all belongs together."""

from contextlib import ExitStack
from pathlib import Path

from swaddle import bootstrap
from swaddle.certification import verifying
from swaddle.certification.verifying import Parcel, Verification
from swaddle.kernel.errors import StorageFailed
from swaddle.settings import Settings

from .delivery import beside


def verify(
    output: Path, key: Path | None = None, settings: Settings | None = None
) -> Verification:
    """
    Return whether a video and what lies beside it are what was signed.

    Manifest and signature have to be there; of report, features, provenance and plan, what is
    there is compared. The signer is expected where it has this `key` (PEM), or where it is this
    user. Raises StorageFailed where a file is missing, Misused where the key is none.
    """
    trusted = None if key is None else bootstrap.read_public_key(_read(key))
    own = bootstrap.own_public_key(settings or Settings())
    try:
        with ExitStack() as stack:
            parcel = Parcel(
                output=stack.enter_context(output.open("rb")),
                manifest=_read(beside(output, "manifest")),
                signature=_read(beside(output, "signature")),
                companions={
                    name: stack.enter_context(beside(output, name).open("rb"))
                    for name in verifying.COMPANIONS
                    if beside(output, name).is_file()
                },
            )
            return verifying.verify(parcel, trusted, own, bootstrap.signature_checker())
    except OSError as error:
        raise StorageFailed(f"{output} cannot be read: {error.strerror}.") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StorageFailed(f"{path} cannot be read: {error.strerror}.") from error
