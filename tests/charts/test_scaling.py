"""Pods come and go with the lag of everything a stage reads."""

import pytest

from swaddle import bootstrap
from swaddle.settings import Settings
from tests.charts.rendering import BROKERS, PRESETS, Rendered, commands, render

KEDA = [name for name in PRESETS if name in {"default", "gpu", "campaign on GPUs"}]


def scaled(rendered: Rendered) -> dict[str, dict]:  # type: ignore[type-arg]
    return {name: found["spec"] for name, found in rendered.of("ScaledObject").items()}


@pytest.mark.parametrize("stage", bootstrap.STAGES)
def test_there_is_a_trigger_for_every_topic_that_a_stage_reads(stage: str) -> None:
    topics = bootstrap.topics(Settings())
    triggers = scaled(render())[stage]["triggers"]

    assert {t["metadata"]["topic"] for t in triggers} == {*commands(stage), *topics.again(stage)}
    assert {t["metadata"]["consumerGroup"] for t in triggers} == {f"{topics.prefix}.{stage}"}


@pytest.mark.parametrize("name", KEDA)
def test_a_long_message_is_not_taken_for_an_idle_group(name: str) -> None:
    for found in scaled(render(*PRESETS[name])).values():
        for trigger in found["triggers"]:
            assert trigger["metadata"]["excludePersistentLag"] == "false"
            assert trigger["metadata"]["offsetResetPolicy"] == "earliest"
            assert trigger["metadata"]["limitToPartitionsWithLag"] == "true"
            assert trigger["metadata"]["allowIdleConsumers"] == "false"


@pytest.mark.parametrize("name", KEDA)
def test_pods_are_taken_away_slowly_and_one_at_a_time(name: str) -> None:
    for found in scaled(render(*PRESETS[name])).values():
        down = found["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]

        assert down["stabilizationWindowSeconds"] >= 600
        assert down["policies"] == [{"type": "Pods", "value": 1, "periodSeconds": 120}]
        assert found["minReplicaCount"] <= found["maxReplicaCount"]


def test_brokers_that_do_not_answer_change_nothing() -> None:
    for found in scaled(render()).values():
        assert found["fallback"]["behavior"] == "currentReplicasIfHigher"


def test_keda_logs_in_where_it_must() -> None:
    login = ["autoscaling.keda.sasl=scram_sha512", "autoscaling.keda.existingSecret=bus"]
    rendered = render(wanted=[*BROKERS, *login])
    (authentication,) = rendered.of("TriggerAuthentication").values()
    (reference,) = {
        trigger["authenticationRef"]["name"]
        for found in scaled(rendered).values()
        for trigger in found["triggers"]
    }

    assert reference == authentication["metadata"]["name"]
    parameters = {s["parameter"] for s in authentication["spec"]["secretTargetRef"]}
    assert parameters == {"username", "password"}


def test_without_keda_it_is_cpu() -> None:
    rendered = render(wanted=["autoscaling.mode=hpa"])
    scalers = rendered.of("HorizontalPodAutoscaler")

    assert rendered.of("ScaledObject") == {}
    assert scalers.keys() == bootstrap.STAGES.keys()
    assert all(d.spec.replicas is None for d in rendered.deployments().values())


def test_without_either_it_is_a_number() -> None:
    rendered = render(wanted=["autoscaling.mode=none", "gate.replicas.min=3"])

    assert rendered.of("ScaledObject") == rendered.of("HorizontalPodAutoscaler") == {}
    assert rendered.deployments()["gate"].spec.replicas == 3


def test_a_drain_takes_one_pod_of_a_stage_at_a_time(preset: Rendered) -> None:
    budgets = preset.of("PodDisruptionBudget")

    assert budgets.keys() == bootstrap.STAGES.keys()
    assert {budget["spec"]["maxUnavailable"] for budget in budgets.values()} == {1}


def test_bulk_work_takes_nobodys_place() -> None:
    classes = render().of("PriorityClass")

    values = [classes[name]["value"] for name in ("interactive", "standard", "bulk")]
    assert values == sorted(values, reverse=True)
    assert classes["bulk"]["preemptionPolicy"] == "Never"
