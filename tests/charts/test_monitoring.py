"""Alerts ask for metrics that exist, and each has a page that says what to do."""

import json
import re
from pathlib import Path

import promql_parser
import pytest
from prometheus_client import REGISTRY

from swaddle.entrypoints import telemetry
from tests.charts.rendering import BROKERS, Rendered, render

ROOT = Path(__file__).resolve().parents[2]
RUNBOOK = ROOT / "docs/how-to/answer-an-alert.md"
KUBE_STATE_METRICS = {
    "kube_deployment_spec_replicas",
    "kube_deployment_status_replicas_available",
}
ON = ("serviceMonitors=true", "rules=true", "dashboard=true", "runbookUrl=https://lab.example/a")


@pytest.fixture(scope="module")
def rendered() -> Rendered:
    return render(wanted=[*BROKERS, *(f"monitoring.{value}" for value in ON)])


def test_alerts_ask_for_metrics_that_exist(rendered: Rendered) -> None:
    assert telemetry.HANDLED in REGISTRY._collector_to_names
    known = {name for names in REGISTRY._collector_to_names.values() for name in names}
    (group,) = rendered.of("PrometheusRule")["monitoring"]["spec"]["groups"]

    for rule in group["rules"]:
        promql_parser.parse(rule["expr"])
        asked = set(re.findall(r"(?:swaddle|kube)_[a-z_]+", rule["expr"]))
        assert asked, rule["alert"]
        assert asked <= known | KUBE_STATE_METRICS, rule["alert"]


def test_every_alert_has_its_paragraph(rendered: Rendered) -> None:
    headings = set(re.findall(r"^## (\w+)$", RUNBOOK.read_text(), re.MULTILINE))
    (group,) = rendered.of("PrometheusRule")["monitoring"]["spec"]["groups"]

    assert {rule["alert"] for rule in group["rules"]} == headings
    for rule in group["rules"]:
        assert (
            rule["annotations"]["runbook_url"] == f"https://lab.example/a#{rule['alert'].lower()}"
        )
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}


def test_every_service_is_asked_for_its_metrics(rendered: Rendered) -> None:
    monitor = rendered.of("ServiceMonitor")["monitoring"]["spec"]
    asked = {endpoint["port"] for endpoint in monitor["endpoints"]}

    for service in rendered.of("Service").values():
        assert monitor["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
        assert asked & {port["name"] for port in service["spec"]["ports"]}


def test_the_dashboard_is_the_one_that_is_generated(rendered: Rendered) -> None:
    shown = rendered.of("ConfigMap")["monitoring"]["data"]["swaddle.json"]

    assert shown.strip() == (ROOT / "charts/swaddle/files/dashboard.json").read_text().strip()


def test_every_panel_can_be_asked(rendered: Rendered) -> None:
    shown = json.loads(rendered.of("ConfigMap")["monitoring"]["data"]["swaddle.json"])
    asked = [target["expr"] for panel in shown["panels"] for target in panel.get("targets", [])]

    assert len(asked) > 10
    for expression in asked:
        promql_parser.parse(expression.replace("$__rate_interval", "5m"))


def test_nothing_of_it_is_made_unless_it_is_wanted() -> None:
    kinds = {document["kind"] for document in render().documents}

    assert not kinds & {"ServiceMonitor", "PrometheusRule"}
