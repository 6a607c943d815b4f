"""Files that lie beside the user's own catalogue."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from swaddle.kernel.errors import Unavailable
from swaddle.models.catalogue import Source
from swaddle.models.ports import Heard, Readable


class FolderModelSource:
    """Reads files below one folder, and never what a link there leads to elsewhere."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @contextmanager
    def open(self, source: Source, size: int | None, heard: Heard) -> Iterator[Readable]:
        """Read the file while it is asked for."""
        del size  # the store stops reading where the file should end
        with self._found(source).open("rb") as content:
            yield _Heard(content, heard)

    def _found(self, source: Source) -> Path:
        if self._folder is None:
            raise Unavailable("only a catalogue of your own can name files beside it")
        folder = self._folder.resolve()
        path = (folder / source.member).resolve()
        if not path.is_relative_to(folder) or not path.is_file():
            raise Unavailable(f"there is no {source.member} beside the catalogue")
        return path


class _Heard:
    """A file whose only error is Unavailable."""

    def __init__(self, content: BinaryIO, heard: Heard) -> None:
        self._content = content
        self._heard = heard
        self._count = 0

    def read(self, size: int, /) -> bytes:
        try:
            content = self._content.read(size)
        except OSError as error:
            raise Unavailable("the file cannot be read") from error
        self._count += len(content)
        self._heard(self._count)
        return content
