"""What every pod of the chart may and may not do."""

import re
from fractions import Fraction

import pytest
import yaml

from swaddle import bootstrap
from swaddle.settings import Settings
from tests.charts.rendering import CHART, Rendered, render
from tools.bentos import MODELS

UNITS = {"m": Fraction(1, 1000), "": 1, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


def amount(quantity: str) -> Fraction:
    number, unit = re.fullmatch(r"([0-9.]+)([A-Za-z]*)", quantity).groups()  # type: ignore[union-attr]
    return Fraction(number) * UNITS[unit]


def test_every_stage_is_a_deployment(preset: Rendered) -> None:
    assert preset.deployments().keys() == bootstrap.STAGES.keys()


def test_the_component_is_the_folder(preset: Rendered) -> None:
    for name, deployment in preset.deployments().items():
        assert deployment.metadata.labels["app.kubernetes.io/component"] == name
        assert (CHART / "templates" / name / "deployment.yaml").is_file()


def test_containers_have_limits_and_cannot_write_or_rise(preset: Rendered) -> None:
    for name, container in preset.containers():
        asked, limits = container.resources.requests, container.resources.limits
        security = container.securityContext

        assert {"cpu", "memory"} <= asked.keys() & limits.keys(), name
        for resource, wanted in asked.items():
            assert amount(wanted) <= amount(limits[resource]), (name, resource)
        assert security.readOnlyRootFilesystem, name
        assert not security.allowPrivilegeEscalation, name
        assert security.capabilities.drop == ["ALL"], name


def test_pods_run_as_a_fixed_user_without_a_token(preset: Rendered) -> None:
    for name, pod in preset.pods():
        assert pod.securityContext.runAsNonRoot, name
        assert pod.securityContext.runAsUser == 1034, name
        assert pod.securityContext.seccompProfile.type == "RuntimeDefault", name
        assert pod.automountServiceAccountToken is False, name
    for account in preset.of("ServiceAccount").values():
        assert account["automountServiceAccountToken"] is False


def test_pods_that_work_for_long_are_probed_and_drained(preset: Rendered) -> None:
    for name, deployment in preset.deployments().items():
        pod = deployment.spec.template.spec
        (container,) = pod.containers
        ports = {port.name for port in container.ports}

        for probe in (container.startupProbe, container.readinessProbe, container.livenessProbe):
            assert probe.httpGet.port in ports, name
        assert container.lifecycle.preStop.sleep.seconds < pod.terminationGracePeriodSeconds


def test_temporary_files_have_room_and_a_limit(preset: Rendered) -> None:
    for name, deployment in preset.deployments().items():
        pod = deployment.spec.template.spec
        (container,) = pod.containers
        folders = [v.emptyDir for v in pod.volumes if v.emptyDir is not None]

        assert all(folder.sizeLimit for folder in folders), name
        needed = sum(amount(folder.sizeLimit) for folder in folders)
        assert needed <= amount(container.resources.limits["ephemeral-storage"]), name


def test_the_api_has_room_for_the_largest_upload(preset: Rendered) -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    largest = preset.of("ConfigMap")["coordinator"]["data"]["SWADDLE_MAX_UPLOAD_BYTES"]

    assert values["coordinator"]["scratch"] == "24Gi"
    assert int(largest) <= amount("24Gi")


def test_no_image_is_called_latest_or_nothing(preset: Rendered) -> None:
    for name, container in preset.containers():
        assert re.search(r"(:(?!latest$)[^:/]+|@sha256:[0-9a-f]{64})$", container.image), name


def test_no_secret_is_written_down(preset: Rendered) -> None:
    secret = re.compile("PASSWORD|TOKEN|_URL$|KEY$")
    public = re.compile("^kafka://[a-z-]+:[$][(]BUS_PASSWORD[)]@")
    for name, container in preset.containers():
        for variable in container.env or ():
            if secret.search(variable.name) and variable.value is not None:
                assert public.match(variable.value), (name, variable.name)
    assert preset.of("Secret") == {}


def test_what_pods_are_told_are_settings_of_the_program(preset: Rendered) -> None:
    known = {f"SWADDLE_{name.upper()}" for name in Settings.model_fields}
    for name, container in preset.containers():
        told = {v.name for v in container.env or () if v.name.startswith("SWADDLE_")}
        assert told <= known, name
    for name, configmap in preset.of("ConfigMap").items():
        told = {key for key in configmap["data"] if key.startswith("SWADDLE_")}
        assert told <= known, name


@pytest.mark.parametrize("stage", bootstrap.STAGES)
def test_only_the_coordinator_knows_the_database(stage: str) -> None:
    (container,) = render().deployments()[stage].spec.template.spec.containers
    told = {variable.name for variable in container.env}

    assert ("SWADDLE_LEDGER_URL" in told) == (stage == "coordinator")
    assert ("SWADDLE_SERVICE_TOKEN" in told) == (stage in MODELS)


def test_a_pod_holds_the_keys_of_its_work_alone() -> None:
    held = {
        name: {
            item.key
            for volume in pod.volumes
            if volume.name == "keys"
            for item in volume.secret.items
        }
        for name, pod in render().pods()
    }

    assert held["coordinator"] == {"webhook.key"}
    assert held["ingest"] == held["finalize"] == held["migration"] == held["probe"] == set()
    assert held["identity"] == {"identity.key", "table.key"}
    assert held["certification"] == {"table.key", "signing.key", "signing.pub.pem"}
    for name in ("detection", "linking", "swapping", "gate"):
        assert held[name] == {"table.key"}


@pytest.mark.parametrize(
    ("setting", "readers"),
    [
        ("crf=18", {"ingest", "swapping", "finalize", "certification"}),
        ("landmarkerUrl=onnx://other", {"detection", "swapping", "certification"}),
        ("embedderUrl=onnx://other", {"linking", "identity", "gate", "certification"}),
        ("batch=4", {"detection", "linking", "identity", "swapping", "gate"}),
    ],
)
def test_a_setting_restarts_those_that_read_it(setting: str, readers: set[str]) -> None:
    def checksums(*wanted: str) -> dict[str, str]:
        rendered = render(wanted=["bus.servers={broker:9092}", *wanted])
        return {
            name: deployment.spec.template.metadata.annotations["checksum/config"]
            for name, deployment in rendered.deployments().items()
        }

    before, after = checksums(), checksums(f"settings.{setting}")

    changed = {name for name in before if before[name] != after[name]}
    assert changed == readers


@pytest.mark.parametrize("name", MODELS)
def test_gpus_are_a_limit_or_a_claim(name: str) -> None:
    plugged = render(
        wanted=["bus.servers={b:1}", f"{name}.gpus=2", "gpu.resource=nvidia.com/gpu.shared"]
    )
    claimed = render(wanted=["bus.servers={b:1}", f"{name}.gpus=2", "gpu.mode=dra"])
    (one,) = plugged.deployments()[name].spec.template.spec.containers
    pod = claimed.deployments()[name].spec.template.spec

    assert one.resources.limits["nvidia.com/gpu.shared"] == 2
    assert [claim.name for claim in pod.containers[0].resources.claims] == ["gpu"]
    template = claimed.of("ResourceClaimTemplate")[name]
    assert template["metadata"]["name"] == pod.resourceClaims[0].resourceClaimTemplateName
    assert template["spec"]["spec"]["devices"]["requests"][0]["exactly"]["count"] == 2


def test_weights_are_compared_before_a_pod_starts() -> None:
    needing = {name for name, pod in render().pods() if pod.initContainers}
    (weights,) = render().deployments()["gate"].spec.template.spec.initContainers

    # Certification loads none: its manifest lists the digests of those that the others loaded.
    assert needing == {"certification", "detection", "linking", "identity", "swapping", "gate"}
    assert weights.command == ["swaddle", "models", "fetch", "--from", "/weights"]
