"""
The recipe of the images. Nothing here can build one: no machine of ours has a container engine.

hadolint reads it in `make lint`; what it does not know of is here.
"""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from dockerfile_parse import DockerfileParser

from swaddle import bootstrap
from tests.charts.rendering import CHART, render
from tools.bentos import MODELS
from tools.images import DOCKERFILE, TARGETS, prepare

Stage = Sequence[Mapping[str, Any]]


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, Stage]]:
    """Every stage by its name: what it begins with, and its instructions."""
    parser = DockerfileParser(path=str(tmp_path_factory.mktemp("images")))
    parser.content = DOCKERFILE.read_text()
    found: dict[str, tuple[str, list[Mapping[str, Any]]]] = {}
    for step in parser.structure:
        if step["instruction"] == "FROM":
            begin, name = re.fullmatch(r"(\S+) AS (\S+)", step["value"]).groups()  # type: ignore[union-attr]
            found[name] = (begin, [])
        elif found:
            found[name][1].append(step)
    return found  # type: ignore[return-value]


def inherited(stages: Mapping[str, tuple[str, Stage]], name: str) -> list[Mapping[str, Any]]:
    """Return the instructions of a stage after those it begins with."""
    begin, steps = stages[name]
    before = inherited(stages, begin) if begin in stages else []
    return [*before, *steps]


def test_every_image_of_the_chart_has_a_target(stages: Mapping[str, Any]) -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    wanted = {values[stage]["image"]["repository"] for stage in bootstrap.STAGES}

    assert wanted | {values["weights"]["repository"]} == TARGETS.keys()
    assert set(TARGETS.values()) <= stages.keys()


def test_bases_are_given_by_whoever_builds(stages: Mapping[str, tuple[str, Stage]]) -> None:
    """A default would be a tag that moves, or a digest that ages."""
    begins = {begin for begin, _ in stages.values()} - stages.keys()

    assert begins == {"${CPU_BASE}", "${MODEL_BASE}"}
    assert re.findall(r"^ARG (?:CPU|MODEL)_BASE=", DOCKERFILE.read_text(), re.MULTILINE) == []


@pytest.mark.parametrize("target", TARGETS.values())
def test_an_image_runs_as_the_user_of_the_chart(
    stages: Mapping[str, tuple[str, Stage]], target: str
) -> None:
    users = [s["value"] for s in inherited(stages, target) if s["instruction"] == "USER"]
    (user,) = {pod.securityContext.runAsUser for _, pod in render().pods()}

    assert users[-1] == f"{user}:{user}"


@pytest.mark.parametrize("target", TARGETS.values())
def test_an_image_holds_wheels_of_the_lock_file_and_no_compiler(
    stages: Mapping[str, tuple[str, Stage]], target: str
) -> None:
    steps = inherited(stages, target)
    ran = " ".join(s["value"] for s in steps if s["instruction"] == "RUN")
    wheels = " ".join(s["value"] for s in stages["wheels"][1])

    assert "--no-index --no-deps /wheels/*.whl" in ran
    assert "--only-binary :all: --require-hashes" in wheels
    assert not re.search(r"apt-get|gcc|build-essential|curl|wget", ran)
    assert [s for s in steps if s["instruction"] == "ADD"] == []


@pytest.mark.parametrize("target", TARGETS.values())
def test_an_image_says_what_is_in_it(stages: Mapping[str, tuple[str, Stage]], target: str) -> None:
    labels = " ".join(s["value"] for s in inherited(stages, target) if s["instruction"] == "LABEL")

    for label in ("image.title", "image.version", "image.licenses", "swaddle.sbom"):
        assert label in labels


@pytest.mark.parametrize("name", MODELS)
def test_an_image_starts_what_the_chart_starts(
    stages: Mapping[str, tuple[str, Stage]], name: str
) -> None:
    (said,) = [s["value"] for s in stages[name][1] if s["instruction"] == "CMD"]
    (container,) = render().deployments()[name].spec.template.spec.containers

    assert yaml.safe_load(said) == container.command


def test_what_is_copied_is_in_the_context(
    stages: Mapping[str, tuple[str, Stage]], tmp_path: Path
) -> None:
    prepare(tmp_path / "context")
    copied = {
        word
        for _, steps in stages.values()
        for s in steps
        if s["instruction"] == "COPY" and "--from" not in s["value"]
        for word in s["value"].split()[:-1]
    }

    assert copied == {"requirements.server.lock", "swaddle-*.whl"}
    assert all(list((tmp_path / "context").glob(pattern)) for pattern in copied)


def engine() -> str | None:
    """Return the command of a container engine that can read a recipe; a client alone cannot."""
    docker = shutil.which("docker")
    asked = ("info", "buildx version")
    if docker and all(
        subprocess.run([docker, *words.split()], capture_output=True, check=False).returncode == 0  # noqa: S603 - our own
        for words in asked
    ):
        return docker
    return None


def test_an_engine_finds_nothing_wrong_where_there_is_one(tmp_path: Path) -> None:
    docker = engine()
    if docker is None:
        pytest.skip("no container engine is here")
    prepare(tmp_path)
    base = "python:3.11-slim"
    bases = ["--build-arg", f"CPU_BASE={base}", "--build-arg", f"MODEL_BASE={base}"]
    words = [docker, "buildx", "build", "--check", *bases, str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - our own

    assert done.returncode == 0, done.stderr
