"""The topics and users that Strimzi is asked for are those that the program speaks of."""

from collections.abc import Iterator

import pytest

from swaddle import bootstrap
from swaddle.settings import Settings
from tests.charts.rendering import Rendered, commands, render

STRIMZI = (
    *("bus.servers={broker:9093}", "bus.strimzi.enabled=true", "bus.strimzi.cluster=events"),
    "bus.partitions=24",
)


@pytest.fixture(scope="module")
def rendered() -> Rendered:
    return render(wanted=STRIMZI)


def allowed(rendered: Rendered, stage: str, operation: str) -> Iterator[str]:
    """Yield the topics with which a stage may do something."""
    topics = set(bootstrap.topics(Settings()).every())
    for acl in rendered.of("KafkaUser")[stage]["spec"]["authorization"]["acls"]:
        resource = acl["resource"]
        if resource["type"] != "topic" or operation not in acl["operations"]:
            continue
        exact = resource["patternType"] == "literal"
        yield from (
            t
            for t in topics
            if t == resource["name"] or (not exact and t.startswith(resource["name"]))
        )


def test_every_topic_is_made(rendered: Rendered) -> None:
    made = {d["metadata"]["name"]: d["spec"] for d in rendered.of("KafkaTopic").values()}

    assert made.keys() == set(bootstrap.topics(Settings()).every())
    assert {spec["partitions"] for spec in made.values()} == {24}
    assert {spec["config"]["min.insync.replicas"] for spec in made.values()} == {2}


@pytest.mark.parametrize("stage", bootstrap.STAGES)
def test_a_user_reads_what_its_stage_reads(rendered: Rendered, stage: str) -> None:
    topics = bootstrap.topics(Settings())

    assert set(allowed(rendered, stage, "Read")) == {*commands(stage), *topics.again(stage)}


@pytest.mark.parametrize("stage", bootstrap.STAGES)
def test_a_user_writes_what_its_stage_says_and_puts_aside(rendered: Rendered, stage: str) -> None:
    topics = bootstrap.topics(Settings())
    told = bootstrap.STAGES if stage == "coordinator" else ["coordinator"]
    said = {topic for other in told for topic in commands(other)}

    assert set(allowed(rendered, stage, "Write")) == said | {
        *topics.again(stage),
        topics.dead(stage),
    }


def test_a_pod_logs_in_as_its_own_user(rendered: Rendered) -> None:
    for name, deployment in rendered.deployments().items():
        (container,) = deployment.spec.template.spec.containers
        told = {variable.name: variable for variable in container.env}
        user = f"lab-swaddle-{name}"

        assert told["BUS_PASSWORD"].valueFrom.secretKeyRef.name == user
        assert told["SWADDLE_BUS_URL"].value.startswith(f"kafka://{user}:$(BUS_PASSWORD)@")
        assert "/etc/swaddle/bus" in {mount.mountPath for mount in container.volumeMounts}


def test_the_migration_leaves_topics_to_strimzi(rendered: Rendered) -> None:
    (container,) = rendered.jobs()["migration"].spec.template.spec.containers

    assert container.command == ["swaddle", "migrate", "blobs", "ledger"]
    assert "SWADDLE_BUS_URL" not in {variable.name for variable in container.env}


def test_the_migration_uses_nothing_that_comes_later(rendered: Rendered) -> None:
    job = rendered.of("Job")["migration"]
    pod = job["spec"]["template"]["spec"]

    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert "serviceAccountName" not in pod
    assert all("emptyDir" in volume for volume in pod["volumes"])
    assert all("envFrom" not in container for container in pod["containers"])
