"""What may speak to what: the flows that exist, and no others."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from swaddle import bootstrap
from tests.charts.rendering import BROKERS, PRESETS, Rendered, render

OTHERS = {"bus": 9092, "blobs": 443, "ledger": 5432, "names": 53}


def policies(rendered: Rendered) -> dict[str, Mapping[str, Any]]:
    return {name: policy["spec"] for name, policy in rendered.of("NetworkPolicy").items()}


def ports(rules: list[Mapping[str, Any]]) -> set[int]:
    return {port["port"] for rule in rules for port in rule.get("ports", [])}


def listened(rendered: Rendered) -> Iterator[tuple[str, set[int]]]:
    for name, deployment in rendered.deployments().items():
        (container,) = deployment.spec.template.spec.containers
        yield name, {port.containerPort for port in container.ports}


@pytest.mark.parametrize("name", [name for name in PRESETS if name != "every value"])
def test_every_pod_has_a_policy_and_nothing_else_is_allowed(name: str) -> None:
    rendered = render(*PRESETS[name])
    found = policies(rendered)

    assert found.keys() == {*bootstrap.STAGES, "migration", "probe", "release"}
    for policy in found.values():
        assert set(policy["policyTypes"]) == {"Ingress", "Egress"}
    assert found["release"].keys() == {"podSelector", "policyTypes"}


def test_selectors_select_the_pods_they_are_named_after() -> None:
    rendered = render()
    for name, deployment in rendered.deployments().items():
        labels = deployment.spec.template.metadata.labels
        selectors = [
            rendered.of("NetworkPolicy")[name]["spec"]["podSelector"]["matchLabels"],
            rendered.of("PodDisruptionBudget")[name]["spec"]["selector"]["matchLabels"],
            rendered.of("Service")[name]["spec"]["selector"],
            deployment.spec.selector.matchLabels,
        ]
        for selector in selectors:
            assert selector.items() <= labels.items(), name
            assert selector["app.kubernetes.io/component"] == name


def test_a_port_that_may_be_asked_is_one_that_is_listened_on() -> None:
    rendered = render()
    open_ports = {
        name: ports(policy.get("ingress", [])) for name, policy in policies(rendered).items()
    }

    for name, listening in listened(rendered):
        assert open_ports[name] == listening
        assert {p["port"] for p in rendered.of("Service")[name]["spec"]["ports"]} == listening
    assert open_ports["migration"] == open_ports["probe"] == set()


def test_nobody_is_let_in_without_being_named() -> None:
    for policy in policies(render()).values():
        assert all(rule.get("from") for rule in policy.get("ingress", []))


@pytest.mark.parametrize("stage", bootstrap.STAGES)
def test_a_stage_reaches_what_it_is_connected_to(stage: str) -> None:
    egress = ports(policies(render())[stage]["egress"])
    wanted = {OTHERS["bus"], OTHERS["blobs"], OTHERS["names"]}

    assert egress == wanted | ({OTHERS["ledger"]} if stage == "coordinator" else set())


def test_webhooks_lead_to_public_addresses() -> None:
    rules = policies(render())["coordinator"]["egress"]
    (blocks,) = [
        [peer["ipBlock"] for peer in rule["to"] if "ipBlock" in peer]
        for rule in rules
        if any("ipBlock" in peer for peer in rule.get("to", []))
    ]

    assert blocks[0]["cidr"] == "0.0.0.0/0"
    assert {"10.0.0.0/8", "169.254.0.0/16", "192.168.0.0/16"} <= set(blocks[0]["except"])


def test_where_the_brokers_are_can_be_said() -> None:
    said = "bus.peers[0].podSelector.matchLabels.app=kafka"
    rules = policies(render(wanted=[*BROKERS, said]))["gate"]["egress"]
    (to,) = [rule["to"] for rule in rules if rule["ports"][0]["port"] == OTHERS["bus"]]

    assert to == [{"podSelector": {"matchLabels": {"app": "kafka"}}}]


def test_policies_can_be_left_to_others() -> None:
    assert policies(render(wanted=[*BROKERS, "network.enabled=false"])) == {}
