"""Renders the chart with Helm, and finds things in what comes out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from lightkube.models.apps_v1 import Deployment
from lightkube.models.batch_v1 import Job
from lightkube.models.core_v1 import Container, PodSpec

from swaddle import bootstrap
from swaddle.kernel.messages import Priority
from swaddle.settings import Settings
from tools.servers import kubernetes
from tools.servers.kubernetes import said

CHART = Path(__file__).resolve().parents[2] / "charts/swaddle"
EVERY_VALUE = CHART / "ci/every-value.yaml"
RELEASE = "lab"

PRESETS = {
    "default": (),
    "minimal": (CHART / "values-minimal.yaml",),
    "gpu": (CHART / "values-gpu.yaml",),
    "campaign on GPUs": (CHART / "values-gpu.yaml", CHART / "values-campaign.yaml"),
    "every value": (EVERY_VALUE,),
}
BROKERS = ("bus.servers={broker.kafka:9092}",)
"""What has no default that could work."""

Kind = TypeVar("Kind", Deployment, Job)


@dataclass(frozen=True)
class Rendered:
    """What Helm would send to the API server."""

    text: str

    @property
    def documents(self) -> Sequence[Mapping[str, Any]]:
        return [d for d in yaml.safe_load_all(self.text) if d]

    def of(self, kind: str) -> dict[str, Any]:
        """Return the resources of a kind by their names, without the release's."""
        return {_short(d): d for d in self.documents if d["kind"] == kind}

    def deployments(self) -> dict[str, Deployment]:
        return {n: Deployment.from_dict(d) for n, d in self.of("Deployment").items()}

    def jobs(self) -> dict[str, Job]:
        return {n: Job.from_dict(d) for n, d in self.of("Job").items()}

    def pods(self) -> Iterator[tuple[str, PodSpec]]:
        """Yield the pods of deployments and jobs."""
        for name, workload in (*self.deployments().items(), *self.jobs().items()):
            yield name, workload.spec.template.spec

    def containers(self) -> Iterator[tuple[str, Container]]:
        """Yield every container, those that begin included."""
        for name, pod in self.pods():
            for container in (*(pod.initContainers or ()), *pod.containers):
                yield f"{name}/{container.name}", container


def commands(stage: str) -> Iterator[str]:
    """Yield the topics in which a stage finds what it answers, of every priority."""
    topics, kinds = bootstrap.topics(Settings()), bootstrap.listens_to(stage)
    for priority in Priority:
        yield from topics.read(kinds, priority)


def _short(document: Mapping[str, Any]) -> str:
    name: str = document["metadata"]["name"]
    return name.removeprefix(f"{RELEASE}-swaddle-")


def render(
    *files: Path, wanted: Sequence[str] = BROKERS, version: str = kubernetes.VERSION
) -> Rendered:
    """Render the chart; raises Refused with what Helm says."""
    words = ["template", RELEASE, str(CHART), "--namespace", "videos", "--kube-version", version]
    return _rendered(*words, *given(*files, wanted=wanted))


def given(*files: Path, wanted: Sequence[str] = BROKERS) -> Sequence[str]:
    """Return files and values as Helm takes them."""
    return [
        *(word for file in files for word in ("--values", str(file))),
        *(word for value in wanted for word in ("--set", value)),
    ]


@cache
def _rendered(*words: str) -> Rendered:
    return Rendered(said("helm", *words))


def checked(text: str, version: str, schemas: Path, folder: Path) -> None:
    """Compare resources with what API servers of a version know; raises Refused."""
    file = folder / "rendered.yaml"
    file.write_text(text)
    location = f"{schemas}/{{{{.Group}}}}-{{{{.ResourceKind}}}}-{{{{.ResourceAPIVersion}}}}.json"
    words = ["-strict", "-kubernetes-version", version, "-schema-location", location]
    said("kubeconform", *words, str(file))
