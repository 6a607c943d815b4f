"""What is rendered is what API servers understand, and the same every time."""

from pathlib import Path

import pytest
import yaml

from tests.charts.rendering import CHART, PRESETS, Rendered, checked, given, render
from tools.servers import definitions
from tools.servers.kubernetes import said

NEEDS_NEWER = ("every value", "1.31"), ("every value", "1.34")
"""Devices are claimed since 1.34, images mounted since 1.35."""


@pytest.mark.parametrize("name", PRESETS)
def test_helm_finds_nothing_to_complain_about(name: str) -> None:
    answer = said("helm", "lint", "--strict", str(CHART), *given(*PRESETS[name]))

    assert "[WARNING]" not in answer


@pytest.mark.parametrize("name", PRESETS)
def test_rendering_twice_is_identical(name: str) -> None:
    words = ["template", "lab", str(CHART), "--kube-version", "1.35.0", *given(*PRESETS[name])]

    assert said("helm", *words) == said("helm", *words)


@pytest.mark.parametrize("name", PRESETS)
def test_every_resource_is_one_that_the_api_server_knows(
    name: str, schemas: tuple[str, Path], tmp_path: Path
) -> None:
    version, folder = schemas
    full = definitions.VERSIONS[version].removeprefix("v")
    if (name, version) in NEEDS_NEWER:
        with pytest.raises(match="needs Kubernetes"):
            render(*PRESETS[name], version=full)
        return
    checked(render(*PRESETS[name], version=full).text, full, folder, tmp_path)


def test_a_mistake_is_something_that_it_does_not_know(
    schemas: tuple[str, Path], tmp_path: Path
) -> None:
    version, folder = schemas
    budget = yaml.safe_dump(render().of("PodDisruptionBudget")["gate"] | {"specs": {}})
    full = definitions.VERSIONS[version].removeprefix("v")

    with pytest.raises(match="specs"):
        checked(budget, full, folder, tmp_path)


def test_what_is_rendered_can_be_read(preset: Rendered) -> None:
    lines = preset.text.split("\n")

    assert [line for line in lines if line != line.rstrip()] == []


def test_names_of_a_kind_are_different(preset: Rendered) -> None:
    names = [(d["kind"], d["metadata"]["name"]) for d in preset.documents]

    assert len(names) == len(set(names))
