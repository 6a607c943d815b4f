"""
What `charts/swaddle/values.yaml` may hold: `values.schema.json` is made of it.

A value that is not named here is a mistake in writing, and refused. What a value means is said in
`values.yaml`; what it does without one, too: there every one has a default, so none is optional.
"""

import json
from typing import Annotated, Any, Final, Literal

from pydantic import AnyUrl, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Text = Annotated[str, Field(pattern=r"^\S*$")]
Name = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")]
OptionalName = Annotated[str, Field(pattern=r"^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)?$")]
Digest = Annotated[str, Field(pattern=r"^(sha256:[0-9a-f]{64})?$")]
Quantity = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$")]
Port = Annotated[int, Field(ge=1, le=65535)]
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
FilePath = Annotated[str, Field(pattern=r"^/\S+$")]
Server = Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+:[0-9]+$")]
Network = Annotated[str, Field(pattern=r"^[0-9a-fA-F.:]+/[0-9]{1,3}$")]


class Part(BaseModel):
    """A part of the values: what it does not name is refused. In YAML, names are camelCase."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)


class Image(Part):
    registry: Annotated[str, Field(pattern=r"^(\S*[^/\s])?$")]
    tag: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]*$")]
    pull_policy: Literal["IfNotPresent", "Always"]
    pull_secrets: list[Name]


class Secrets(Part):
    connections: Name
    keys: Name


class Settings(Part):
    """The same nouns as `swaddle.settings`."""

    profile: Name
    licences: Literal["permissive", "research"]
    detector_url: AnyUrl
    landmarker_url: AnyUrl
    embedder_url: AnyUrl
    recognition_file: FilePath | None
    identity_url: AnyUrl
    swapper_url: AnyUrl
    batch: Positive
    preset: Name
    crf: Annotated[int, Field(ge=0, le=51)]
    admitted_videos: Count
    requests_per_minute: Count
    max_upload_bytes: Positive
    keep_originals_days: Positive | None
    stalled_after_s: Positive
    webhook_networks: list[Network]
    traces_url: AnyUrl | None


class LabelSelector(Part):
    match_labels: dict[str, str] = {}
    match_expressions: list[dict[str, Any]] = []


class IpBlock(Part):
    cidr: Network
    except_: list[Network] = Field(default=[], alias="except")


class Peer(Part):
    pod_selector: LabelSelector | None = None
    namespace_selector: LabelSelector | None = None
    ip_block: IpBlock | None = None


class Strimzi(Part):
    enabled: bool
    cluster: OptionalName
    tls: bool


class Bus(Part):
    topic_prefix: Name
    servers: list[Server]
    port: Port
    peers: list[Peer]
    partitions: Positive
    replicas: Positive
    strimzi: Strimzi


class Store(Part):
    port: Port
    peers: list[Peer]


class Weights(Part):
    repository: Text
    digest: Digest
    from_: Literal["copy", "imageVolume"] = Field(alias="from")
    cache_claim: OptionalName
    size: Quantity


ALONE: Final[dict[str, Any]] = {
    "if": {"properties": {"limitToPartitionsWithLag": {"const": True}}},
    "then": {
        "properties": {
            "allowIdleConsumers": {"const": False},
            "ensureEvenDistributionOfPartitions": {"const": False},
        }
    },
}
"""KEDA's own rule (pkg/scalers/kafka_scaler.go): it would refuse the ScaledObject later."""


class Keda(Part):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, json_schema_extra=ALONE)

    polling_interval: Positive
    cooldown_period: Count
    allow_idle_consumers: bool
    limit_to_partitions_with_lag: bool
    ensure_even_distribution_of_partitions: bool
    sasl: Literal["none", "plaintext", "scram_sha256", "scram_sha512"]
    tls: bool
    existing_secret: OptionalName


class Autoscaling(Part):
    mode: Literal["keda", "hpa", "none"]
    cpu_percent: Annotated[int, Field(ge=1, le=100)]
    scale_down_stabilization_seconds: Annotated[int, Field(ge=0, le=3600)]
    scale_down_period_seconds: Annotated[int, Field(ge=1, le=1800)]
    keda: Keda


class Gpu(Part):
    mode: Literal["devicePlugin", "dra"]
    resource: Annotated[str, Field(pattern=r"^[a-z0-9.-]+/[A-Za-z0-9._-]+$")]
    device_class: Name


class NetworkRules(Part):
    enabled: bool
    api_peers: list[Peer]
    monitoring_peers: list[Peer]
    dns_peers: list[Peer]
    traces_port: Port
    webhook_except: list[Network]


class PriorityClasses(Part):
    create: bool
    value: Annotated[int, Field(ge=2000, le=1_000_000_000)]


class Ingress(Part):
    enabled: bool
    class_name: OptionalName
    host: OptionalName
    tls_secret: OptionalName


class Gateway(Part):
    enabled: bool
    name: OptionalName
    namespace: OptionalName
    host: OptionalName


class Monitoring(Part):
    labels: dict[str, str]
    service_monitors: bool
    interval: Annotated[str, Field(pattern=r"^[0-9]+(s|m)$")]
    rules: bool
    runbook_url: Text
    dashboard: bool


class Probe(Part):
    demo: bool
    timeout_seconds: Positive


class Migration(Part):
    enabled: bool
    timeout_seconds: Positive


class ServiceImage(Part):
    repository: Text
    digest: Digest


class Replicas(Part):
    min: Count
    max: Positive


class Amounts(Part):
    cpu: Quantity
    memory: Quantity
    ephemeral_storage: Quantity = Field(alias="ephemeral-storage")


class Resources(Part):
    requests: Amounts
    limits: Amounts


class Toleration(Part):
    key: str = ""
    operator: Literal["Exists", "Equal"] = "Equal"
    value: str = ""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = "NoSchedule"
    toleration_seconds: int = 0


class Service(Part):
    """One of the nine."""

    image: ServiceImage
    replicas: Replicas
    lag_threshold: Positive
    resources: Resources
    node_selector: dict[str, str]
    tolerations: list[Toleration]
    priority: Literal["interactive", "standard", "bulk"]
    grace_period_seconds: Positive
    scratch: Quantity


class ModelService(Service):
    """One that owns a model."""

    gpus: Count


class Values(Part):
    """All values of the chart."""

    image: Image
    secrets: Secrets
    settings: Settings
    bus: Bus
    blobs: Store
    ledger: Store
    weights: Weights
    autoscaling: Autoscaling
    gpu: Gpu
    network: NetworkRules
    priority_classes: PriorityClasses
    ingress: Ingress
    gateway: Gateway
    monitoring: Monitoring
    probe: Probe
    migration: Migration
    coordinator: Service
    ingest: Service
    detection: ModelService
    linking: Service
    identity: ModelService
    swapping: ModelService
    finalize: Service
    gate: Service
    certification: Service
    global_: dict[str, Any] = Field(default={}, alias="global")
    """What Helm adds by itself."""


def schema() -> bytes:
    """Return `values.schema.json`."""
    made = Values.model_json_schema()
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return (json.dumps(_plain(made), indent=2) + "\n").encode()


def _plain(part: Any) -> Any:  # noqa: ANN401 - JSON
    """Leave out titles, defaults and descriptions: they say nothing that values.yaml does not."""
    if isinstance(part, list):
        return [_plain(item) for item in part]
    if not isinstance(part, dict):
        return part
    plain = {}
    for key, value in part.items():
        if key in {"properties", "$defs"}:
            plain[key] = {name: _plain(item) for name, item in value.items()}
        elif key not in {"title", "default", "description"}:
            plain[key] = _plain(value)
    return plain
