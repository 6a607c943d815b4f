import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.certification.material import Certified, Office

ENDS = {
    "used": ("activity", "entity"),
    "wasGeneratedBy": ("entity", "activity"),
    "wasAssociatedWith": ("activity", "agent"),
    "wasAttributedTo": ("entity", "agent"),
    "actedOnBehalfOf": ("delegate", "responsible"),
    "wasDerivedFrom": ("generatedEntity", "usedEntity"),
    "wasInfluencedBy": ("influencee", "influencer"),
}
"""The ends of each relation: PROV-JSON, section 2.2 and 2.3."""
OBJECTS = ("entity", "activity", "agent")


@pytest.fixture(params=["passed", "approved"])
def document(request: pytest.FixtureRequest, certified: Certified, office: Office) -> Any:  # noqa: ANN401 - JSON
    if request.param == "passed":
        return json.loads(certified.files["provenance"])
    approved = office.certified(office.command(reviewer="B. Curie", reason="a doll"))
    return json.loads(approved.files["provenance"])


def relations(document: Any) -> Iterator[tuple[str, dict[str, str]]]:  # noqa: ANN401 - JSON
    for kind in document.keys() - {*OBJECTS, "prefix"}:
        for relation in document[kind].values():
            yield kind, relation


def test_there_are_no_other_records_than_prov_knows(document: Any) -> None:  # noqa: ANN401 - JSON
    assert document.keys() == {"prefix", *OBJECTS, *ENDS}


def test_every_relation_has_both_its_ends(document: Any) -> None:  # noqa: ANN401 - JSON
    for kind, relation in relations(document):
        assert set(relation) == {f"prov:{end}" for end in ENDS[kind]}


def test_every_end_is_declared(document: Any) -> None:  # noqa: ANN401 - JSON
    declared = {name for kind in OBJECTS for name in document[kind]}

    assert {end for _, relation in relations(document) for end in relation.values()} <= declared


def test_every_prefix_that_is_used_is_declared(document: Any) -> None:  # noqa: ANN401 - JSON
    known = {*document["prefix"], "prov", "xsd"}
    attributes = [set(record) for kind in OBJECTS for record in document[kind].values()]

    assert {name.split(":")[0] for names in attributes for name in names} <= known


def test_a_reviewer_is_a_person_in_it(office: Office) -> None:
    approved = office.certified(office.command(reviewer="B. Curie", reason="a doll"))
    agents = json.loads(approved.files["provenance"])["agent"]

    assert agents["video:reviewer"]["prov:label"] == "B. Curie"
