"""Small files that only their owner can read, made once whoever comes first."""

import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from swaddle.kernel.errors import StorageFailed


def keep(path: Path, make: Callable[[], bytes]) -> bytes:
    """
    Return what the file holds; where there is none, fill it with what `make` returns.

    Of several processes that do so at once one wins, and all return the same; raises StorageFailed.
    """
    try:
        if not path.exists():
            _create(path, make())
        return path.read_bytes()
    except OSError as error:
        msg = f"The key file {path} cannot be read or made: {error.strerror}."
        raise StorageFailed(msg) from error


def _create(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f".{path.name}.{uuid4().hex[:8]}.partial")
    try:
        with os.fdopen(
            os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
        ) as file:
            file.write(content)
        # A link to a complete file: nobody reads half a key, and a name that is taken stays.
        path.hardlink_to(partial)
    except FileExistsError:
        pass
    finally:
        partial.unlink(missing_ok=True)
