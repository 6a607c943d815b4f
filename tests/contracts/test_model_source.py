"""What every source of models promises."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from swaddle.adapters.folder.model_source import FolderModelSource
from swaddle.adapters.https.model_source import HttpsModelSource
from swaddle.adapters.pip.model_source import PipModelSource
from swaddle.kernel.errors import Unavailable
from swaddle.models.catalogue import Source
from swaddle.models.ports import ModelSource
from tests.contracts.web import Server, serving
from tests.contracts.weights import CONTENT, all_of, archive, deaf, wheel


class ModelSourceContract:
    @pytest.fixture
    def source(self) -> ModelSource:
        raise NotImplementedError

    @pytest.fixture
    def offered(self) -> Source:
        """Where the content is, in each form that the adapter knows."""
        raise NotImplementedError

    @pytest.fixture
    def absent(self) -> Source:
        raise NotImplementedError

    def test_what_is_offered_is_read(self, source: ModelSource, offered: Source) -> None:
        with source.open(offered, len(CONTENT), deaf) as content:
            assert all_of(content) == CONTENT

    def test_what_was_read_can_be_read_again(self, source: ModelSource, offered: Source) -> None:
        for _ in range(2):
            with source.open(offered, len(CONTENT), deaf) as content:
                assert all_of(content) == CONTENT

    def test_nobody_gets_more_than_asked_for(self, source: ModelSource, offered: Source) -> None:
        with source.open(offered, len(CONTENT), deaf) as content:
            pieces = [content.read(1000) for _ in range(50)]

        assert {len(piece) for piece in pieces} <= set(range(1, 1001))
        assert CONTENT.startswith(b"".join(pieces))

    def test_after_the_end_there_is_nothing(self, source: ModelSource, offered: Source) -> None:
        with source.open(offered, len(CONTENT), deaf) as content:
            all_of(content)

            assert content.read(1) == content.read(1) == b""

    def test_the_listener_hears_more_and_more(self, source: ModelSource, offered: Source) -> None:
        heard: list[int] = []
        with source.open(offered, len(CONTENT), heard.append) as content:
            all_of(content)

        assert heard == sorted(heard)

    def test_what_is_absent_is_unavailable(self, source: ModelSource, absent: Source) -> None:
        with pytest.raises(Unavailable) as failure, source.open(absent, 1, deaf):
            pass

        reason = str(failure.value)
        assert reason[:1].islower(), "it goes on after a colon"
        assert not reason.endswith("."), "it stands in brackets"
        assert "\n" not in reason
        assert "://" not in reason


@pytest.fixture(scope="module")
def pip_source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelSource]:
    """Of a pip that knows nothing but two packages made here."""
    packages = tmp_path_factory.mktemp("packages")
    wheel(packages, "tinypack", "1.0", {"tinypack/tiny.onnx": CONTENT})
    archive(packages, "tinypack", "2.0", {"models/tiny.onnx": CONTENT})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_CONFIG_FILE", "/dev/null")
        patch.setenv("PIP_NO_INDEX", "1")
        patch.setenv("PIP_FIND_LINKS", str(packages))
        yield PipModelSource(tmp_path_factory.mktemp("room"))


class TestPipModelSource(ModelSourceContract):
    @pytest.fixture
    def source(self, pip_source: ModelSource) -> ModelSource:
        return pip_source

    @pytest.fixture(params=["tinypack/tiny.onnx", "tinypack-2.0/models/tiny.onnx"])
    def offered(self, request: pytest.FixtureRequest) -> Source:
        version = "2.0" if "2.0" in request.param else "1.0"
        return Source(f"pypi:tinypack=={version}!{request.param}")

    @pytest.fixture(params=["tinypack==3.0", "tinypack==1.0"])
    def absent(self, request: pytest.FixtureRequest) -> Source:
        return Source(f"pypi:{request.param}!tinypack/other.onnx")


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, ssl.SSLContext]]:
    """A server, and what is needed to trust it."""
    with pytest.MonkeyPatch.context() as patch, serving(tmp_path_factory.mktemp("web")) as web:
        patch.setenv("NO_PROXY", "*")
        yield web


class TestHttpsModelSource(ModelSourceContract):
    @pytest.fixture
    def source(self, web: tuple[Server, ssl.SSLContext]) -> ModelSource:
        return HttpsModelSource(web[1], pauses=())

    @pytest.fixture(params=["tiny.onnx", "tiny.onnx.bz2", "moved"])
    def offered(
        self, request: pytest.FixtureRequest, web: tuple[Server, ssl.SSLContext]
    ) -> Source:
        return Source(f"https://{web[0].place}/{request.param}")

    @pytest.fixture
    def absent(self, web: tuple[Server, ssl.SSLContext]) -> Source:
        return Source(f"https://{web[0].place}/absent")


class TestFolderModelSource(ModelSourceContract):
    @pytest.fixture
    def source(self, tmp_path: Path) -> ModelSource:
        (tmp_path / "ours").mkdir()
        (tmp_path / "ours/tiny.onnx").write_bytes(CONTENT)
        return FolderModelSource(tmp_path)

    @pytest.fixture
    def offered(self) -> Source:
        return Source("file:ours/tiny.onnx")

    @pytest.fixture(params=["absent", "linked.onnx"])
    def absent(self, request: pytest.FixtureRequest, tmp_path: Path) -> Source:
        (tmp_path / "linked.onnx").symlink_to("/etc/hostname")
        return Source(f"file:{request.param}")
