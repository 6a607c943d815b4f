"""
What a Kubernetes API server knows, for offline checks: schemas of its own kinds, and the custom
resource definitions of KEDA, Strimzi, the Prometheus operator and the Gateway API.

All come from modules of Go and Maven.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from .process import CannotStart, built, run

VERSIONS: Final = {"1.31": "v1.31.14", "1.34": "v1.34.3", "1.35": "v1.35.4"}
"""Of Kubernetes: the oldest that is supported, and the two that are in use."""

CRDS: Final = {
    "github.com/kedacore/keda/v2@v2.17.2": (
        "config/crd/bases/keda.sh_scaledobjects.yaml",
        "config/crd/bases/keda.sh_triggerauthentications.yaml",
    ),
    "github.com/prometheus-operator/prometheus-operator@v0.85.0": (
        "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml",
        "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml",
    ),
    "sigs.k8s.io/gateway-api@v1.4.0": (
        "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml",
    ),
}

STRIMZI: Final = "0.51.0"
GENERATOR: Final = "0.45.0"
"""Of Strimzi's definitions: the newest that runs on Java 17."""
KINDS: Final = {"kafkatopics": "topic.KafkaTopic", "kafkausers": "user.KafkaUser"}

MISSING_GO: Final = "The definitions need Go: install go."
MISSING_JAVA: Final = "Strimzi's definitions need Java 17 and Maven."


def definitions() -> Sequence[Path]:
    """Return the files of the definitions; get them the first time. Raises CannotStart."""
    return sorted(built("definitions", _get).glob("*.yaml"))


def _get(home: Path) -> None:
    for module, files in CRDS.items():
        folder = _module(module)
        for file in files:
            shutil.copy(folder / file, home)
            (home / Path(file).name).chmod(0o644)
    _strimzi(home)


def _module(module: str) -> Path:
    try:
        done = subprocess.run(  # noqa: S603 - our own arguments
            ["go", "mod", "download", "-json", module],  # noqa: S607 - whichever is installed
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise CannotStart(MISSING_GO) from error
    if done.returncode:
        raise CannotStart(f"{module} cannot be fetched: {done.stdout} {done.stderr}")
    return Path(json.loads(done.stdout)["Dir"])


def _strimzi(home: Path) -> None:
    """Strimzi publishes no definitions as files: its own generator makes them of its classes."""
    jars = home / "jars"
    artifacts = {"crd-generator": GENERATOR, "crd-annotations": GENERATOR, "api": STRIMZI}
    for name, version in artifacts.items():
        copying = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
        wanted = [f"-Dartifact=io.strimzi:{name}:{version}", f"-DoutputDirectory={jars}"]
        run(["mvn", "-q", "-B", copying, *wanted, "-Dmdep.stripVersion=true"], home, MISSING_JAVA)
    path = ":".join(str(jars / f"{name}.jar") for name in ("crd-generator", "api", *artifacts))
    made = [
        f"io.strimzi.api.kafka.model.{kind}={home / name}.kafka.strimzi.io.yaml"
        for name, kind in KINDS.items()
    ]
    generator = ["java", "-cp", path, "io.strimzi.crdgenerator.CrdGenerator"]
    options = ["--target-kube", "1.25+", "--crd-api-version", "v1"]
    run([*generator, *options, *made], home, MISSING_JAVA)


def schemas(version: str) -> Path:
    """
    Return a folder of JSON schemas, one for each kind, for kubeconform.

    They are strict: what a kind does not know is refused, as `kubectl apply` would. Made the first
    time; raises CannotStart.
    """

    def make(home: Path) -> None:
        described = _module(f"k8s.io/kubernetes@{VERSIONS[version]}")
        swagger = json.loads((described / "api/openapi-spec/swagger.json").read_text())
        for name, schema in (*_built_in(swagger["definitions"]), *_custom(definitions())):
            (home / name).write_text(json.dumps(schema))

    return built(f"schemas-{VERSIONS[version]}", make)


def _file(group: str, kind: str, version: str) -> str:
    """As kubeconform asks for it: the core, which has no group, goes by its version."""
    return f"{group or version}-{kind.lower()}-{version}.json"


def _built_in(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    known = {name: _strict(definition) for name, definition in given.items()}
    known["io.k8s.apimachinery.pkg.api.resource.Quantity"] = {"type": ["string", "number"]}
    for name, definition in given.items():
        kinds = definition.get("x-kubernetes-group-version-kind", [])
        if len(kinds) == 1:
            needed = {other: known[other] for other in _needed(name, known)}
            (kind,) = kinds
            file = _file(kind["group"], kind["kind"], kind["version"])
            yield file, known[name] | {"definitions": needed}


def _needed(name: str, known: Mapping[str, Any]) -> set[str]:
    """Return the names of a definition and of all that it refers to."""
    found, left = set(), [name]
    while left:
        if (one := left.pop()) not in found:
            found.add(one)
            left += re.findall(r'"#/definitions/([^"]+)"', json.dumps(known[one]))
    return found


def _custom(files: Sequence[Path]) -> Iterator[tuple[str, Any]]:
    for file in files:
        for definition in yaml.safe_load_all(file.read_text()):
            spec = definition["spec"]
            for version in spec["versions"]:
                schema = _strict(version["schema"]["openAPIV3Schema"])
                schema["properties"] |= {
                    "metadata": {"type": "object"},
                    "apiVersion": {"type": "string"},
                    "kind": {"type": "string"},
                }
                yield _file(spec["group"], spec["names"]["kind"], version["name"]), schema


def _strict(part: Any) -> Any:  # noqa: ANN401 - JSON
    """Refuse unknown properties; let null stand for what is absent, as the API server does."""
    if isinstance(part, list):
        return [_strict(item) for item in part]
    if not isinstance(part, dict):
        return part
    if part.get("format") == "int-or-string" or part.get("x-kubernetes-int-or-string"):
        return {"type": ["string", "integer"]}
    strict = {
        key: {name: _strict(item) for name, item in value.items()}
        if key == "properties"
        else _strict(value)
        for key, value in part.items()
        if key not in {"description", "x-kubernetes-group-version-kind"}
    }
    if "properties" in strict and not strict.get("x-kubernetes-preserve-unknown-fields"):
        strict.setdefault("additionalProperties", False)
    if isinstance(strict.get("type"), str):
        strict["type"] = [strict["type"], "null"]
    return strict
