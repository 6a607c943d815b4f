"""Every value is explained, set once in CI, and refused by its name where it is wrong."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from swaddle.settings import Settings
from tests.charts.rendering import BROKERS, CHART, EVERY_VALUE, render
from tools.chart.page import values

DEFAULTS = yaml.safe_load((CHART / "values.yaml").read_text())


def leaves(part: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in part.items():
        if isinstance(value, dict) and value and key not in {"requests", "limits"}:
            yield from leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def test_every_value_has_a_line_of_comment() -> None:
    assert [value.path for value in values() if not value.meaning] == []


def test_ci_sets_every_value_to_something_else() -> None:
    given = dict(leaves(yaml.safe_load(EVERY_VALUE.read_text())))
    known = dict(leaves(DEFAULTS))
    filled = {p for p in known if any(g.startswith(f"{p}.") for g in given)}

    assert known.keys() - given.keys() - filled == set()
    assert [path for path, value in given.items() if known.get(path, "") == value] == []


def test_settings_are_nouns_of_the_program() -> None:
    nouns = {re.sub("([A-Z])", r"_\1", name).lower() for name in DEFAULTS["settings"]}

    assert nouns <= Settings.model_fields.keys()


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ("detectoin.gpus=1", "detectoin"),
        ("linking.gpus=1", "gpus"),
        ("detection.replicas.min=-1", "/detection/replicas/min"),
        ("detection.replicas.min=99", "detection.replicas.min"),
        ("detection.lagThreshold=0", "/detection/lagThreshold"),
        ("autoscaling.keda.allowIdleConsumers=true", "/autoscaling/keda/allowIdleConsumers"),
        (
            "autoscaling.keda.ensureEvenDistributionOfPartitions=true",
            "/autoscaling/keda/ensureEvenDistributionOfPartitions",
        ),
        ("autoscaling.keda.sasl=plaintext", "autoscaling.keda.existingSecret"),
        ("autoscaling.keda.tls=true", "autoscaling.keda.existingSecret"),
        ("autoscaling.mode=always", "/autoscaling/mode"),
        ("image.tag=latest", "image.tag is latest"),
        ("image.tag=a/b", "/image/tag"),
        ("swapping.resources.limits.memory=lots", "/swapping/resources/limits/memory"),
        ("gate.priority=urgent", "/gate/priority"),
        ("bus.servers={broker}", "/bus/servers/0"),
        ("settings.crf=99", "/settings/crf"),
        ("bus.strimzi.enabled=true", "bus.strimzi.cluster"),
        ("ingress.enabled=true", "ingress.host"),
        ("gateway.enabled=true", "gateway.name"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(wrong: str, name: str) -> None:
    with pytest.raises(match=re.escape(name)):
        render(wanted=[*BROKERS, wrong])


def test_what_has_no_default_is_asked_for() -> None:
    with pytest.raises(match=r"set bus\.servers"):
        render(wanted=[])


def test_pods_that_nobody_starts_are_refused() -> None:
    with pytest.raises(match=r"autoscaling\.mode"):
        render(wanted=["autoscaling.mode=hpa", "identity.replicas.min=0"])


@pytest.mark.parametrize(
    ("wanted", "version", "what_to_do"),
    [
        ([], "1.30.0", "incompatible with Kubernetes"),
        (["weights.from=imageVolume"], "1.34.0", "set weights.from to copy"),
        (["gpu.mode=dra", "detection.gpus=1"], "1.33.0", "set gpu.mode to devicePlugin"),
    ],
)
def test_a_cluster_that_is_too_old_is_named(
    wanted: list[str], version: str, what_to_do: str
) -> None:
    with pytest.raises(match=what_to_do):
        render(wanted=[*BROKERS, *wanted], version=version)
