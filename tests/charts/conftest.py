"""What the tests of the chart need: Helm, what API servers know, and an API server."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.charts.pools import furnish
from tests.charts.rendering import PRESETS, Rendered, render
from tests.missing import unavailable
from tools.servers import definitions, kubernetes
from tools.servers.kubernetes import Kubernetes
from tools.servers.process import CannotStart


@pytest.fixture(scope="session", autouse=True)
def programs() -> Path:
    """Helm, kubeconform and kubectl."""
    try:
        return kubernetes.programs()
    except CannotStart as reason:
        unavailable(str(reason))
        raise


@pytest.fixture(scope="session", params=definitions.VERSIONS)
def schemas(request: pytest.FixtureRequest) -> tuple[str, Path]:
    """What API servers of one version know."""
    try:
        return request.param, definitions.schemas(request.param)
    except CannotStart as reason:
        unavailable(str(reason))
        raise


@pytest.fixture(scope="session")
def crds() -> list[Path]:
    """Definitions of custom resources."""
    try:
        return list(definitions.definitions())
    except CannotStart as reason:
        unavailable(str(reason))
        raise


@pytest.fixture(scope="session", params=PRESETS)
def preset(request: pytest.FixtureRequest, programs: Path) -> Rendered:
    """The chart with each of its presets."""
    del programs
    return render(*PRESETS[request.param])


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubernetes]:
    """
    An API server with scheduler and controllers, without containers.

    Never an ambient KUBECONFIG: that may be somebody's real cluster.
    """
    if given := os.environ.get("SWADDLE_TEST_KUBECONFIG"):  # noqa: TID251 - about the tests
        yield Kubernetes(Path(given))
        return
    try:
        cluster = kubernetes.start(tmp_path_factory.mktemp("kubernetes"))
    except CannotStart as reason:
        unavailable(str(reason))
        raise
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def cluster(control_plane: Kubernetes, crds: list[Path]) -> Kubernetes:
    """The same with nodes of three GPU pools, and every operator's definitions."""
    furnish(control_plane, crds)
    return control_plane
