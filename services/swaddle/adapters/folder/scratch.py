"""Scratch files inside one folder, without a name."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from swaddle.kernel.errors import StorageFailed


class FolderScratch:
    """
    Makes files that only their owner can read (mode 0600).

    They have no name in the folder, so that nothing is left behind by a run that is killed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def file(self) -> Iterator[BinaryIO]:
        """Open a file; its room is given back when it is closed."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            stream = TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed below
        except OSError as error:
            msg = f"There is no room for a scratch file: {error.strerror}."
            raise StorageFailed(msg) from error
        with stream:
            # typeshed calls the wrapper's type private; it is a BinaryIO in all but name.
            yield cast("BinaryIO", stream)
