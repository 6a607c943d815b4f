"""
The chart on a real API server, scheduler and controllers, with nodes of three GPU pools.

Nodes and pods are there, containers are not: a stand-in for the kubelet says of every pod that has
a node that it runs.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

import pytest

from swaddle import bootstrap
from tests.charts.rendering import BROKERS, CHART, given
from tools.servers import kubernetes
from tools.servers.kubernetes import Kubernetes

POOLS: Final = ("detection", "identity", "swapping")
NAMESPACE: Final = "videos"
RELEASE: Final = "lab"
PATIENCE_S: Final = 60.0

ONE_OF_EACH: Final = tuple(f"{stage}.replicas.min=1" for stage in bootstrap.STAGES)
SMALL: Final = (*BROKERS, "autoscaling.mode=none", *ONE_OF_EACH)


def node(name: str, pool: str | None) -> dict[str, Any]:
    """Return a node: 16 cores, 64 GiB, and two GPUs in a pool."""
    labels = {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": f"zone-{name[-1]}"}
    taints = []
    if pool:
        labels["swaddle-pool"] = pool
        taints = [{"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}]
    metadata = {"name": name, "labels": labels}
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": {"taints": taints}}


def status(gpus: int) -> str:
    room = {"cpu": "64", "memory": "256Gi", "ephemeral-storage": "800Gi", "pods": "110"}
    if gpus:
        room["nvidia.com/gpu"] = str(gpus)
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady"}
    return json.dumps({"status": {"capacity": room, "allocatable": room, "conditions": [ready]}})


@pytest.fixture(scope="module")
def cluster(control_plane: Kubernetes, crds: list[Path]) -> Kubernetes:
    """Nodes of three pools, definitions of custom resources, a namespace that is locked down."""
    pools = {f"{pool}-{number}": pool for pool in POOLS for number in (0, 1)}
    nodes = {**pools, "plain-0": None, "plain-1": None}
    for name, pool in nodes.items():
        control_plane.apply(node(name, pool))
        words = ["--subresource=status", "--type=merge", "-p", status(2 if pool else 0)]
        control_plane.kubectl("patch", "node", name, *words)
    for file in crds:
        control_plane.kubectl("apply", "--server-side", "-f", str(file))
    control_plane.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
    restricted = {"pod-security.kubernetes.io/enforce": "restricted"}
    metadata = {"name": NAMESPACE, "labels": restricted}
    control_plane.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
    for name, keys in SECRETS.items():
        control_plane.apply(secret(name, NAMESPACE, keys))
    awaited(lambda: not tainted(control_plane), "nodes are not ready")
    return control_plane


SECRETS: Final = {
    "swaddle-connections": ("bus-url", "blobs-url", "ledger-url", "service-token"),
    "swaddle-keys": ("identity.key", "table.key", "webhook.key", "signing.key", "signing.pub.pem"),
}


def secret(name: str, namespace: str, keys: tuple[str, ...]) -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace}
    given_keys = dict.fromkeys(keys, "eA==")
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": given_keys}


def tainted(cluster: Kubernetes) -> list[str]:
    return [
        item["metadata"]["name"]
        for item in cluster.get("nodes")["items"]
        if any("not-ready" in taint["key"] for taint in item["spec"].get("taints", []))
    ]


def awaited(true: Any, otherwise: str) -> None:  # noqa: ANN401 - a question
    deadline = monotonic() + PATIENCE_S
    while not true():
        assert monotonic() < deadline, otherwise
        sleep(0.2)


def pods(cluster: Kubernetes) -> list[dict[str, Any]]:
    """Return the pods of stages that are not going away."""
    selector = f"app.kubernetes.io/instance={RELEASE}"
    found = cluster.get("pods", "-n", NAMESPACE, "-l", selector)["items"]
    stages = bootstrap.STAGES.keys()
    return [
        pod
        for pod in found
        if "deletionTimestamp" not in pod["metadata"] and component(pod) in stages
    ]


def component(pod: dict[str, Any]) -> str:
    return str(pod["metadata"]["labels"]["app.kubernetes.io/component"])


def places(cluster: Kubernetes) -> dict[str, Counter[str]]:
    """Return on which pools the pods of each stage run; Pending ones are on none."""
    found: dict[str, Counter[str]] = {}
    for pod in pods(cluster):
        place = pod["spec"].get("nodeName", "nowhere-").rpartition("-")[0]
        running = pod["status"]["phase"] == "Running"
        found.setdefault(component(pod), Counter())[place if running else "nowhere"] += 1
    return found


def revisions(cluster: Kubernetes) -> dict[str, str]:
    found = cluster.get("deployments", "-n", NAMESPACE)["items"]
    revision = "deployment.kubernetes.io/revision"
    return {component(d): d["metadata"]["annotations"][revision] for d in found}


def helm(cluster: Kubernetes, verb: str, *files: Path, wanted: tuple[str, ...] = SMALL) -> str:
    words = [verb, RELEASE, str(CHART), "--namespace", NAMESPACE]
    return cluster.helm(*words, "--wait", "--timeout", "60s", *given(*files, wanted=wanted))


GPUS: Final = CHART / "values-gpu.yaml"


@pytest.fixture
def installed(cluster: Kubernetes) -> Iterator[Kubernetes]:
    helm(cluster, "install", GPUS)
    yield cluster
    cluster.helm("uninstall", RELEASE, "--namespace", NAMESPACE, "--wait")
    awaited(lambda: not pods(cluster), "pods stay")


def test_every_pod_runs_on_its_pool_and_nowhere_else(installed: Kubernetes) -> None:
    found = places(installed)

    assert found.keys() == bootstrap.STAGES.keys()
    for stage, where in found.items():
        assert where == {stage if stage in POOLS else "plain": 1}, stage


def test_a_pool_without_room_leaves_its_pods_pending_and_the_others_running(
    installed: Kubernetes,
) -> None:
    deployment = f"deployment/{RELEASE}-swaddle-detection"
    installed.kubectl("-n", NAMESPACE, "scale", deployment, "--replicas=5")
    awaited(lambda: sum(places(installed)["detection"].values()) == 5, "five pods are not made")
    awaited(lambda: places(installed)["detection"]["detection"] == 4, "four GPUs are not used")

    found = places(installed)
    assert found["detection"] == {"detection": 4, "nowhere": 1}
    assert all("nowhere" not in where for stage, where in found.items() if stage != "detection")
    (reason,) = {
        condition["reason"]
        for pod in pods(installed)
        for condition in pod["status"].get("conditions", [])
        if condition["type"] == "PodScheduled" and condition["status"] == "False"
    }
    assert reason == "Unschedulable"


def test_an_upgrade_rolls_what_changed_and_a_rollback_takes_it_back(
    installed: Kubernetes,
) -> None:
    before = revisions(installed)
    helm(installed, "upgrade", GPUS, wanted=(*SMALL, "settings.admittedVideos=40"))
    after = revisions(installed)
    installed.helm("rollback", RELEASE, "1", "--namespace", NAMESPACE, "--wait")
    data = installed.get("configmap", f"{RELEASE}-swaddle-coordinator", "-n", NAMESPACE)["data"]

    assert {stage for stage in before if before[stage] != after[stage]} == {"coordinator"}
    assert data["SWADDLE_ADMITTED_VIDEOS"] == "20"


def test_a_drain_takes_one_pod_and_waits_for_another(installed: Kubernetes) -> None:
    deployment = f"deployment/{RELEASE}-swaddle-gate"
    installed.kubectl("-n", NAMESPACE, "scale", deployment, "--replicas=2")
    awaited(lambda: places(installed)["gate"] == {"plain": 2}, "two pods do not run")
    budget = ["poddisruptionbudget", f"{RELEASE}-swaddle-gate", "-n", NAMESPACE]
    awaited(
        lambda: installed.get(*budget)["status"]["disruptionsAllowed"] == 1, "no budget is known"
    )
    names = [pod["metadata"]["name"] for pod in pods(installed) if component(pod) == "gate"]
    # As a drain does: where the pods were, none can come.
    installed.kubectl("cordon", "plain-0", "plain-1")
    try:
        evict(installed, names[0])
        with pytest.raises(kubernetes.Refused, match="disruption budget"):
            evict(installed, names[1])
    finally:
        installed.kubectl("uncordon", "plain-0", "plain-1")
    awaited(lambda: places(installed)["gate"] == {"plain": 2}, "the pod does not come back")


def evict(cluster: Kubernetes, pod: str) -> None:
    eviction = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": pod, "namespace": NAMESPACE},
    }
    path = f"/api/v1/namespaces/{NAMESPACE}/pods/{pod}/eviction"
    cluster.kubectl("create", "--raw", path, "-f", "-", given=json.dumps(eviction))


def test_the_accounts_of_pods_may_do_nothing(installed: Kubernetes) -> None:
    for stage in bootstrap.STAGES:
        account = f"system:serviceaccount:{NAMESPACE}:{RELEASE}-swaddle-{stage}"
        asked = ["auth", "can-i", "--as", account, "-n", NAMESPACE, "--list", "--no-headers"]
        # What everybody may ask the API server: who am I, and what may I do.
        may = {line.split()[0] for line in installed.kubectl(*asked).splitlines()}

        assert all("selfsubject" in what or what.startswith("[") for what in may), may


def test_it_grows_to_the_campaign(cluster: Kubernetes) -> None:
    files = [GPUS, CHART / "values-campaign.yaml"]
    few = ("identity.replicas.min=1",)
    wanted = (*BROKERS, "autoscaling.mode=none", "coordinator.replicas.min=3", *few)
    helm(cluster, "install", GPUS)
    try:
        helm(cluster, "upgrade", *files, wanted=wanted)
        awaited(lambda: places(cluster)["coordinator"] == {"plain": 3}, "three do not run")
        found = places(cluster)
    finally:
        cluster.helm("uninstall", RELEASE, "--namespace", NAMESPACE, "--wait")
    assert found["detection"] == {"detection": 2}
    assert found["gate"] == {"plain": 2}
    awaited(lambda: not pods(cluster), "pods stay")


def test_custom_resources_are_accepted_and_nothing_stays(cluster: Kubernetes) -> None:
    strimzi = ("bus.strimzi.enabled=true", "bus.strimzi.cluster=events")
    watched = tuple(
        f"monitoring.{what}=true" for what in ("serviceMonitors", "rules", "dashboard")
    )
    gateway = ("gateway.enabled=true", "gateway.name=g", "gateway.host=swaddle.lab.example")
    before = everything(cluster)
    helm(cluster, "install", GPUS, wanted=(*BROKERS, *strimzi, *watched, *gateway))
    kinds = Counter(name.partition("/")[0] for name in everything(cluster) - before)
    cluster.helm("uninstall", RELEASE, "--namespace", NAMESPACE, "--wait")
    awaited(lambda: everything(cluster) == before, "something stays")

    assert kinds["scaledobject.keda.sh"] == 9
    assert kinds["kafkatopic.kafka.strimzi.io"] == 54
    assert kinds["kafkauser.kafka.strimzi.io"] == 9
    assert kinds["servicemonitor.monitoring.coreos.com"] == 1
    assert kinds["httproute.gateway.networking.k8s.io"] == 1


def everything(cluster: Kubernetes) -> set[str]:
    """Return the names of all resources of the namespace, but for what the cluster notes itself."""
    listed = cluster.kubectl("api-resources", "--namespaced", "--verbs=list", "-o", "name").split()
    kinds = ",".join(kind for kind in listed if not kind.startswith("events"))
    names = cluster.kubectl("get", kinds, "-n", NAMESPACE, "-o", "name", "--ignore-not-found")
    return set(names.split())


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


def test_a_probe_is_a_job_of_its_own(installed: Kubernetes) -> None:
    answer = installed.helm("test", RELEASE, "--namespace", NAMESPACE, "--timeout", "60s")

    assert "Phase:          Succeeded" in answer


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
