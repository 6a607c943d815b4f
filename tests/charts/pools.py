"""A cluster with three GPU pools, and what one asks it."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

from swaddle import bootstrap
from tests.charts.rendering import BROKERS, CHART, RELEASE, given
from tools.servers.kubernetes import Kubernetes

POOLS: Final = ("detection", "identity", "swapping")
NAMESPACE: Final = "videos"
PATIENCE_S: Final = 60.0

ONE_OF_EACH: Final = tuple(f"{stage}.replicas.min=1" for stage in bootstrap.STAGES)
SMALL: Final = (*BROKERS, "autoscaling.mode=none", *ONE_OF_EACH)


def node(name: str, pool: str | None) -> dict[str, Any]:
    """Return a node; those of a pool keep away who has no business with GPUs."""
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


def furnish(cluster: Kubernetes, crds: Sequence[Path]) -> None:
    """Make nodes of three pools, definitions of custom resources, a namespace locked down."""
    pools = {f"{pool}-{number}": pool for pool in POOLS for number in (0, 1)}
    nodes = {**pools, "plain-0": None, "plain-1": None}
    for name, pool in nodes.items():
        cluster.apply(node(name, pool))
        words = ["--subresource=status", "--type=merge", "-p", status(2 if pool else 0)]
        cluster.kubectl("patch", "node", name, *words)
    for file in crds:
        cluster.kubectl("apply", "--server-side", "-f", str(file))
    cluster.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
    restricted = {"pod-security.kubernetes.io/enforce": "restricted"}
    metadata = {"name": NAMESPACE, "labels": restricted}
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
    for name, keys in SECRETS.items():
        cluster.apply(secret(name, NAMESPACE, keys))
    awaited(lambda: not tainted(cluster), "nodes are not ready")


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


def helm(cluster: Kubernetes, verb: str, *files: Path, wanted: tuple[str, ...] = SMALL) -> str:
    words = [verb, RELEASE, str(CHART), "--namespace", NAMESPACE]
    return cluster.helm(*words, "--wait", "--timeout", "60s", *given(*files, wanted=wanted))


def everything(cluster: Kubernetes) -> set[str]:
    """Return the names of all resources of the namespace, but for what the cluster notes itself."""
    listed = cluster.kubectl("api-resources", "--namespaced", "--verbs=list", "-o", "name").split()
    kinds = ",".join(kind for kind in listed if not kind.startswith("events"))
    names = cluster.kubectl("get", kinds, "-n", NAMESPACE, "-o", "name", "--ignore-not-found")
    return set(names.split())
