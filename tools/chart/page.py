"""The page about the chart's values, from the comments in `values.yaml`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from swaddle import bootstrap

CHART: Final = Path(__file__).resolve().parents[2] / "charts/swaddle"

SERVICES: Final = tuple(bootstrap.STAGES)
"""In the order of the work."""

HEAD: Final = """<!-- Written by tools/generated.py from charts/swaddle/values.yaml. -->

# The chart

Installs swaddle on Kubernetes 1.31 and later: the API and eight stages, scaled by consumer lag. Step
by step: [Install on Kubernetes](../../docs/how-to/install-on-kubernetes.md).

| preset | for |
|---|---|
{presets}

## Values

What is not here is refused, with its name.

| value | default | meaning |
|---|---|---|
{rows}

## Values of each service

`SERVICE` is one of {services}.

| value | meaning |
|---|---|
{shapes}

Their defaults:

| value | {columns} |
|---|{rule}|
{matrix}
"""


@dataclass(frozen=True, slots=True)
class Value:
    """A value that can be set."""

    path: str
    default: Any
    meaning: str

    @property
    def of_service(self) -> bool:
        """Whether each service has one."""
        return self.path.partition(".")[0] in SERVICES

    @property
    def below(self) -> str:
        """Its name within its service."""
        return self.path.partition(".")[2]


def page() -> bytes:
    """Return the chart's README."""
    known = list(values())
    of_services = {v.path: v for v in known if v.of_service}
    shapes = {v.below: v.meaning for v in of_services.values()}
    text = HEAD.format(
        presets="\n".join(
            f"| `{path.name}` | {path.read_text().splitlines()[0].removeprefix('# ')} |"
            for path in sorted(CHART.glob("values-*.yaml"))
        ),
        rows="\n".join(
            f"| `{v.path}` | {_shown(v.default)} | {v.meaning} |"
            for v in known
            if not v.of_service
        ),
        services=", ".join(f"`{name}`" for name in SERVICES),
        shapes="\n".join(f"| `SERVICE.{name}` | {about} |" for name, about in shapes.items()),
        columns=" | ".join(SERVICES),
        rule="|".join("---" for _ in SERVICES),
        matrix="\n".join(_row(name, of_services) for name in shapes),
    )
    return text.encode()


def _row(name: str, of_services: Mapping[str, Value]) -> str:
    cells = (of_services.get(f"{service}.{name}") for service in SERVICES)
    return f"| `{name}` | {' | '.join('' if v is None else _shown(v.default) for v in cells)} |"


def _shown(default: object) -> str:
    if isinstance(default, dict):
        return ", ".join(f"{key} {value}" for key, value in default.items()) or "`{}`"
    return f"`{json.dumps(default)}`" if default in ("", None) or default == [] else f"{default}"


def values() -> Iterator[Value]:
    """Yield every value with the line of comment above it."""
    text = (CHART / "values.yaml").read_text()
    yield from _below(yaml.compose(text, yaml.SafeLoader), text.splitlines(), "")


def _below(node: Any, lines: Sequence[str], path: str) -> Iterator[Value]:  # noqa: ANN401 - YAML
    for key, value in node.value:
        name = f"{path}.{key.value}" if path else key.value
        if isinstance(value, yaml.MappingNode) and not value.flow_style:
            yield from _below(value, lines, name)
            continue
        above = lines[key.start_mark.line - 1].strip()
        meaning = above.removeprefix("# ") if above.startswith("# ") else ""
        yield Value(name, yaml.safe_load(yaml.serialize(value)), meaning)
