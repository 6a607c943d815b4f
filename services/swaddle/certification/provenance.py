"""
The origin of a video in the vocabulary of W3C PROV, as PROV-JSON.

PROV-DM is a W3C Recommendation of 30 April 2013; PROV-JSON is the W3C Member Submission of
24 April 2013. Every object is made by its identifier, every relation by one of its own ("_:...").
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .canonical import canonical
from .manifest import FileFact, Testimony

PREFIXES: Final = {
    "swaddle": "urn:swaddle:vocabulary:",
    "iptc": "http://cv.iptc.org/newscodes/digitalsourcetype/",
}

Attributes = dict[str, Any]

STEPS: Final = (
    # activity, what it used, what it made
    ("find-and-plan", ("input",), ("plan",)),
    ("render", ("input", "plan"), ("output",)),
    ("check", ("input", "output", "plan"), ("findings",)),
)


@dataclass(slots=True)
class _Document:
    """Collects records under the names PROV-JSON gives to their kinds."""

    video: str
    records: dict[str, dict[str, Attributes]] = field(default_factory=dict)

    def name(self, local: str) -> str:
        return f"video:{local}"

    def thing(self, kind: str, local: str, **attributes: Any) -> None:  # noqa: ANN401 - whatever JSON holds
        named = {key.replace("_", ":", 1): value for key, value in attributes.items()}
        self.records.setdefault(kind, {})[self.name(local)] = named

    def relation(self, kind: str, **ends: str) -> None:
        found = self.records.setdefault(kind, {})
        named = {f"prov:{key}": self.name(value) for key, value in ends.items()}
        found[f"_:{kind}{len(found) + 1}"] = named

    def to_json(self) -> bytes:
        prefix = {**PREFIXES, "video": f"urn:swaddle:video:{self.video}:"}
        return canonical({"prefix": prefix, **self.records})


def provenance(testimony: Testimony, features: FileFact, report: FileFact) -> bytes:
    """Return who made what of what. Nothing in it identifies the input or its holder."""
    document = _Document(testimony.video_id)
    _entities(document, testimony, {"features": features, "report": report})
    _agents(document, testimony)
    for activity, used, made in STEPS:
        _activity(document, activity, used, made)
    _activity(document, "certify", ("output", "plan", "findings"), ("features", "report"))
    document.records["activity"][document.name("certify")]["prov:endTime"] = testimony.created
    if testimony.approval is not None:
        _activity(document, "review", ("output", "findings"), ("approval",), agent="reviewer")
        reason = {"swaddle_reason": testimony.approval.reason}
        document.thing("entity", "approval", prov_type=_kind("Approval"), **reason)
    for derived in ("output", "features"):
        document.relation("wasDerivedFrom", generatedEntity=derived, usedEntity="input")
    return document.to_json()


def _entities(document: _Document, told: Testimony, more: Mapping[str, FileFact]) -> None:
    document.thing(
        "entity",
        "input",
        prov_type=_kind("OriginalVideo"),
        swaddle_saltedSha256=told.input.salted_sha256,
    )
    files = {"output": told.output, "plan": told.plan, "findings": told.findings, **more}
    kinds = {"output": "AnonymizedVideo", "plan": "Plan", "findings": "GateFindings"}
    for local, fact in files.items():
        document.thing(
            "entity",
            local,
            prov_type=_kind(kinds.get(local, local.capitalize())),
            prov_location=_digest(fact.sha256),
            swaddle_size=fact.size,
        )
    output = document.records["entity"][document.name("output")]
    source_type = told.synthetic_media.digital_source_type.rsplit("/", 1)[1]
    output["swaddle:digitalSourceType"] = _typed(f"iptc:{source_type}", "xsd:QName")
    output["swaddle:facesAreSynthetic"] = told.synthetic_media.faces_are_synthetic
    output["swaddle:verdict"] = told.verdict
    for number, weight in enumerate(told.toolchain.weights, start=1):
        document.thing(
            "entity",
            f"weights-{number}",
            prov_type=_kind("Weights"),
            prov_label=weight.name,
            prov_location=_digest(weight.sha256),
            swaddle_licence=weight.licence,
        )
        document.relation("wasInfluencedBy", influencee="output", influencer=f"weights-{number}")


def _agents(document: _Document, told: Testimony) -> None:
    document.thing(
        "agent",
        "software",
        prov_type=_typed("prov:SoftwareAgent", "xsd:QName"),
        prov_label=f"swaddle {told.toolchain.version}",
    )
    document.thing(
        "agent", "signer", prov_type=_kind("Signer"), prov_label=told.signer.fingerprint
    )
    document.relation("actedOnBehalfOf", delegate="software", responsible="signer")
    if told.approval is not None:
        document.thing(
            "agent",
            "reviewer",
            prov_type=_typed("prov:Person", "xsd:QName"),
            prov_label=told.approval.reviewer,
        )


def _activity(
    document: _Document,
    local: str,
    used: Iterable[str],
    made: Iterable[str],
    agent: str = "software",
) -> None:
    document.thing("activity", local, prov_type=_kind(local))
    document.relation("wasAssociatedWith", activity=local, agent=agent)
    for entity in used:
        document.relation("used", activity=local, entity=entity)
    for entity in made:
        document.relation("wasGeneratedBy", entity=entity, activity=local)
        document.relation("wasAttributedTo", entity=entity, agent=agent)


def _kind(name: str) -> Attributes:
    return _typed(f"swaddle:{name}", "xsd:QName")


def _digest(sha256: str) -> Attributes:
    return _typed(f"urn:hash:sha256:{sha256}", "xsd:anyURI")


def _typed(value: str, kind: str) -> Attributes:
    return {"$": value, "type": kind}
