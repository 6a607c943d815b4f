"""What is missing is named before anything is made, and what comes next is said."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.charts.pools import NAMESPACE, SECRETS, SMALL, secret
from tests.charts.rendering import CHART, RELEASE, given
from tools.servers import kubernetes
from tools.servers.kubernetes import Kubernetes


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ((), "On CPUs, as gpus is 0: detection, identity, swapping."),
        (("ingress.enabled=true", "ingress.host=h", "ingress.tlsSecret=t"), "NOBODY outside"),
        (("network.enabled=false",), "NO network policies are made"),
    ],
)
def test_whoever_installs_is_told_what_comes_next(
    cluster: Kubernetes, wanted: tuple[str, ...], said: str
) -> None:
    words = ["install", RELEASE, str(CHART), "-n", NAMESPACE, "--dry-run=client"]
    notes = cluster.helm(*words, *given(wanted=[*SMALL, *wanted])).partition("NOTES:")[2]

    assert "helm test lab -n videos --logs" in notes
    assert said in notes


def test_a_secret_that_is_missing_is_named(cluster: Kubernetes) -> None:
    words = ["install", "bare", str(CHART), "-n", "default", *given(wanted=SMALL)]
    with pytest.raises(kubernetes.Refused, match=r"swaddle-connections \(secrets.connections\)"):
        cluster.helm(*words)

    for name, keys in SECRETS.items():
        cluster.apply(secret(name, "default", keys[:-1]))
    with pytest.raises(kubernetes.Refused, match="has no key service-token"):
        cluster.helm(*words)

    assert cluster.get("deployments", "-n", "default")["items"] == []


@pytest.mark.parametrize(
    ("wanted", "what_to_do"),
    [
        ("autoscaling.mode=keda", "install KEDA first, or set autoscaling.mode to hpa"),
        ("bus.strimzi.enabled=true", "install Strimzi 1.0 or later first"),
        ("monitoring.rules=true", "install the Prometheus operator first"),
        ("gateway.enabled=true", "install the Gateway API first"),
    ],
)
def test_an_operator_that_is_missing_is_named(
    bare: Kubernetes, wanted: str, what_to_do: str
) -> None:
    named = ("bus.strimzi.cluster=c", "gateway.name=g", "gateway.host=h")
    values = given(wanted=[*SMALL, *named, wanted])
    with pytest.raises(kubernetes.Refused, match=what_to_do):
        bare.helm("install", RELEASE, str(CHART), "-n", "default", *values)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory, programs: Path) -> Iterator[Kubernetes]:
    """A cluster without any operator."""
    del programs
    cluster = kubernetes.start(tmp_path_factory.mktemp("bare"))
    yield cluster
    cluster.stop()
