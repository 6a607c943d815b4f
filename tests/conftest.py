"""What tests need from outside: the development data and the fetched weights."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

from swaddle import bootstrap
from swaddle.kernel.errors import ModelMissing
from swaddle.settings import Settings
from tests.missing import unavailable
from tools import servers
from tools.servers.kafka import Kafka
from tools.servers.minio import Minio
from tools.servers.postgres import Postgres
from tools.servers.process import CannotStart

Server = TypeVar("Server", Kafka, Minio, Postgres)

REPOSITORY = Path(__file__).resolve().parent.parent

# A shared machine is sometimes slow, and a test never fails for that.
settings.register_profile("swaddle", deadline=None)
settings.load_profile("swaddle")


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder of fetched weights."""
    settings = Settings()
    try:
        bootstrap.survey_models(settings).require_all()
    except ModelMissing as missing:
        unavailable(str(missing))
    return settings.model_folder


@pytest.fixture(scope="session")
def engines() -> None:
    """The libraries of the GPU engine; on a processor they do the same, slowly."""
    names = ("torch", "diffusers", "transformers", "accelerate", "insightface")
    if missing := [name for name in names if find_spec(name) is None]:
        unavailable(f"{', '.join(missing)} not installed: `make test ENGINES=all`")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The development data beside the repository: clips, faces, detectors."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("the development data (../shared) are not here")
    return folder


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """A real broker."""
    yield from _served(lambda: servers.kafka.start(tmp_path_factory.mktemp("kafka")))


@pytest.fixture(scope="session")
def minio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Minio]:
    """A real store."""
    yield from _served(lambda: servers.minio.start(tmp_path_factory.mktemp("minio")))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A real database server."""
    yield from _served(lambda: servers.postgres.start(tmp_path_factory.mktemp("postgres")))


def _served(start: Callable[[], Server]) -> Iterator[Server]:
    try:
        server = start()
    except CannotStart as reason:
        unavailable(str(reason))
        raise
    yield server
    server.process.stop()


@pytest.fixture(autouse=True)
def _what_the_marks_say(request: pytest.FixtureRequest) -> None:
    for need in ("engines", "models", "shared"):
        if request.node.get_closest_marker(need):
            request.getfixturevalue(need)
