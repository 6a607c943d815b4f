"""
The chart on a real API server, scheduler and controllers, with nodes of three GPU pools.

Nodes and pods are there, containers are not: a stand-in for the kubelet says of every pod that has
a node that it runs.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Final

import pytest

from swaddle import bootstrap
from tests.charts.pools import (
    NAMESPACE,
    POOLS,
    SMALL,
    awaited,
    component,
    everything,
    helm,
    places,
    pods,
)
from tests.charts.rendering import BROKERS, CHART, RELEASE
from tools.servers import kubernetes
from tools.servers.kubernetes import Kubernetes


def revisions(cluster: Kubernetes) -> dict[str, str]:
    found = cluster.get("deployments", "-n", NAMESPACE)["items"]
    revision = "deployment.kubernetes.io/revision"
    return {component(d): d["metadata"]["annotations"][revision] for d in found}


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


def test_a_probe_is_a_job_of_its_own(installed: Kubernetes) -> None:
    answer = installed.helm("test", RELEASE, "--namespace", NAMESPACE, "--timeout", "60s")

    assert "Phase:          Succeeded" in answer
