"""Puts the report together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from swaddle.certification.manifest import Testimony
from swaddle.certification.naming import Naming
from swaddle.certification.tally import SubjectTally, Tally
from swaddle.kernel.findings import FindingKind

from .people import MOST_ROWS, people
from .pictures import Picture
from .plots import findings_lane, ticks
from .scales import detail, likenesses
from .wording import (
    KINDS,
    clock,
    figure,
    finding_words,
    not_hidden,
    percent,
    period,
    verdict,
)

TREATMENTS: Final = (
    ("swap", "replaced by a synthetic face"),
    ("stand_in", "replaced by the stand-in's face"),
    ("blur", "blurred"),
    ("pixelate", "pixelated"),
    ("blackout", "blacked out"),
    ("cover", "covered"),
    ("black", "whole picture black"),
    ("exempt", "left as it is"),
)
EVIDENCE: Final = (
    ("detected", "found by a detector"),
    ("tracked", "followed from frame to frame"),
    ("interpolated", "filled in between"),
    ("extended", "safety margin"),
)


@dataclass(frozen=True, slots=True)
class Material:
    """What a report is made of."""

    testimony: Testimony
    naming: Naming
    tally: Tally
    pictures: Sequence[Picture]


def report(material: Material) -> bytes:
    """Return the page: UTF-8, complete in itself, without scripts."""
    environment = Environment(
        loader=PackageLoader("swaddle.certification.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"clock": clock, "percent": percent}
    page = environment.get_template("report.html")
    return page.render(_context(material)).encode()


def _context(material: Material) -> Mapping[str, Any]:
    told, tally = material.testimony, material.tally
    plans = material.naming.subjects()
    subjects = [
        (facts, plans[facts.subject], tally.subjects.get(facts.subject) or _nobody(tally))
        for facts in told.subjects
    ]
    drawn = people(subjects)
    drawn_likenesses, unmeasured = likenesses(told.gate, told.subjects)
    faces = told.counts.faces
    return {
        "told": told,
        "verdict": verdict(told),
        "people": drawn,
        "curved": [person for person in drawn if person.panels],
        "undrawn": len(subjects) - len(drawn),
        "pictures": material.pictures,
        "treatments": [pair for pair in TREATMENTS if faces[pair[0]]],
        "evidence": EVIDENCE,
        "total": sum(faces.values()),
        "synthetic": faces["swap"] + faces["stand_in"],
        "hidden": sum(faces[kind] for kind in ("blur", "pixelate", "blackout")),
        "unnamed": tally.unnamed.faces,
        "ticks": ticks(tally.stretches.duration_s),
        "checks": _checks(told),
        "findings": [(period(f), finding_words(f), f) for f in told.gate.findings[:MOST_ROWS]],
        "more_findings": max(0, len(told.gate.findings) - MOST_ROWS),
        "found": list(_found(told)),
        "detail": detail(told.gate) if told.gate.detail_samples else None,
        "likenesses": drawn_likenesses,
        "unmeasured": unmeasured,
        "absent": any(not one.present.all() for _, _, one in subjects),
        "not_hidden": not_hidden(told),
    }


def _nobody(tally: Tally) -> SubjectTally:
    return SubjectTally(tally.stretches)


def _found(told: Testimony) -> Iterator[tuple[str, Markup]]:
    """Yield what was found and a drawing of when, for each kind that was found."""
    for kind in FindingKind:
        periods = [(f.first_time_s, f.last_time_s) for f in told.gate.findings if f.kind is kind]
        if periods:
            yield KINDS[kind], findings_lane(periods, told.video.duration_s)


def _checks(told: Testimony) -> list[tuple[str, bool, str]]:
    """Return each question of the gate, whether the answer is good, and the answer."""
    gate = told.gate
    found = {kind: [f for f in gate.findings if f.kind is kind] for kind in FindingKind}
    elsewhere = gate.faces_seen - gate.faces_in_regions
    return [
        (
            "Does a detector see a face where nothing was rendered?",
            not found[FindingKind.FACE],
            f"{gate.faces_seen:,} faces seen in {gate.frames_checked:,} frames, "
            f"{gate.faces_in_regions:,} of them where a face was rendered, {elsewhere:,} elsewhere"
            + (
                ""
                if found[FindingKind.FACE] or not elsewhere
                else "; those elsewhere were seen by one look only and not confirmed"
            ),
        ),
        (
            "Does a rendered face still carry the fine detail of the real one?",
            not found[FindingKind.DETAIL],
            (
                f"correlation with the original {figure(gate.face_detail)} or less in 95\u00a0% of "
                f"{gate.detail_samples:,} samples; outside the faces, where nothing was changed, "
                f"{figure(gate.background_detail)}"
                if gate.detail_samples
                else "no new face that could be compared"
            ),
        ),
        (
            "Is there a person whose face may show and was not followed?",
            not found[FindingKind.PERSON],
            f"{gate.persons_seen:,} sightings of people, {len(found[FindingKind.PERSON])} in doubt",
        ),
        (
            "Does the picture freeze, or go black?",
            not found[FindingKind.FROZEN],
            f"{gate.frozen_frames:,} frozen and {gate.black_frames:,} black frames",
        ),
    ]
