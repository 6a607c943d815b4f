"""Models as a catalogue names them, and packages that hold their files."""

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from swaddle.models.catalogue import Licence, Model, Source, WeightFile
from swaddle.models.ports import Readable

CONTENT = bytes(range(256)) * 4096
"""A megabyte, the file of most models here."""

METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
WHEEL = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def deaf(_: int) -> None:
    """Hear nothing."""


def all_of(content: Readable) -> bytes:
    return b"".join(iter(lambda: content.read(1 << 16), b""))


def model_of(
    content: bytes = CONTENT,
    name: str = "tiny",
    sources: Iterable[str] = ("https://localhost/tiny",),
    *,
    commercial: bool = True,
    published: bool = True,
) -> Model:
    """Return a model of one file, whose digest and size are `published` or not."""
    return Model(
        name=name,
        task="Nothing",
        licence=Licence(spdx="MIT", commercial=commercial, stated="here"),
        files=(
            WeightFile(
                path=f"{name}.onnx",
                sha256=hashlib.sha256(content).hexdigest() if published else None,
                size=len(content) if published else None,
                sources=tuple(Source(source) for source in sources),
            ),
        ),
    )


def wheel(folder: Path, name: str, version: str, members: Mapping[str, bytes]) -> Path:
    """Make a wheel that pip accepts."""
    info = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for member, content in members.items():
            package.writestr(member, content)
        package.writestr(f"{info}/METADATA", METADATA.format(name=name, version=version))
        package.writestr(f"{info}/WHEEL", WHEEL)
        package.writestr(f"{info}/RECORD", "")
    return path


def archive(folder: Path, name: str, version: str, members: Mapping[str, bytes]) -> Path:
    """Make a source archive that pip accepts; all members lie below name-version/."""
    path = folder / f"{name}-{version}.tar.gz"
    whole = {
        "PKG-INFO": METADATA.format(name=name, version=version).encode(),
        "setup.py": b"raise SystemExit('the archive was run')",
        **members,
    }
    with tarfile.open(path, "w:gz", compresslevel=1) as package:
        for member, content in whole.items():
            entry = tarfile.TarInfo(f"{name}-{version}/{member}")
            entry.size = len(content)
            package.addfile(entry, io.BytesIO(content))
    return path
