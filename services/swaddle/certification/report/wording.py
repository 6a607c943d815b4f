"""What the report says, in sentences for people who were not there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from swaddle.certification.manifest import Testimony
from swaddle.kernel.findings import Finding, FindingKind, Findings, SubjectFigures
from swaddle.kernel.recognition import SAME_PERSON_DEVIATIONS

KINDS: Final[Mapping[FindingKind, str]] = {
    FindingKind.FACE: "a face where nothing was rendered",
    FindingKind.DETAIL: "fine detail of the original in a rendered face",
    FindingKind.PERSON: "a person whose face may show",
    FindingKind.FROZEN: "a picture that stands still while the original moves",
}

METHODS: Final[Mapping[str, str]] = {
    "synthetic": "replaced by the face of a person who does not exist",
    "blur": "blurred",
    "pixelate": "pixelated",
    "blackout": "blacked out",
    "cover": "covered",
    "exempt": "left as it is",
}

DONE: Final[Mapping[str, str]] = {**METHODS, "synthetic": "replaced"}
"""What was done to a face where the method could be carried out."""

AGES: Final[Mapping[str, str]] = {
    "infant": "infant, up to about two years",
    "child": "child, about two to twelve years",
    "adult": "older than about twelve years",
}

REASONS: Final = frozenset(
    {
        "not seen for a moment",
        "no landmarks",
        "landmarks uncertain",
        "mostly hidden",
        "too small",
        "turned away",
        "something unknown in front",
        "covered by the gate",
    }
)
"""What the program itself says in the spans of a plan; people may write anything there."""

LEAST_SHOWN: Final = 0.001
"""Share that one decimal of a percentage can say."""

SHOWN: Final = 5
"""Findings that the first sentence names."""

STEADY_FROM: Final = 0.9
"""Of how alike the original is to itself, beyond strangers: from here on, one person throughout."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The first thing a reader sees."""

    kind: str
    """released, approved or held."""
    headline: str
    sentence: str
    more: tuple[str, ...]


def verdict(told: Testimony) -> Verdict:
    """Return what the gate, or a reviewer after it, decided, and why."""
    more = tuple(_more(told))
    if told.approval is not None:
        sentence = (
            f"{told.approval.reviewer} released this video although the gate held it, "
            f"and gives this reason: “{told.approval.reason}” {_found(told.gate)}"
        )
        return Verdict("approved", "Released by a reviewer", sentence, more)
    if told.verdict == "held":
        sentence = f"Do not share this video. {_found(told.gate)}"
        return Verdict("held", "Held for review", sentence, more)
    frames = _count(told.gate.frames_checked, "frame")
    bare = " but those that the plan exempts" if any(s.exempt for s in told.subjects) else ""
    sentence = (
        f"The gate looked at all {frames} of the finished video and found no exposed face{bare}."
    )
    return Verdict("released", "Released", sentence, more)


def _more(told: Testimony) -> list[str]:
    said = []
    exempt = [subject for subject in told.subjects if subject.exempt]
    if exempt:
        people = "1 person" if len(exempt) == 1 else f"{len(exempt)} people"
        said.append(
            f"The real face of {people} shows in the video: the plan exempts "
            f"{'it' if len(exempt) == 1 else 'them'}."
        )
    stand_ins = told.counts.faces["stand_in"]
    if stand_ins:
        covered = _count(told.counts.faces["cover"], "face")
        said.append(
            f"Where an engine failed, the stand-in took over: {_count(stand_ins, 'face')} by the "
            f"stand-in, {covered} covered."
        )
    if told.repair_rounds:
        times = {1: "once", 2: "twice"}.get(told.repair_rounds, f"{told.repair_rounds} times")
        said.append(
            f"Before that, the gate sent the video back {times}: what it found was covered, and "
            "the video was looked at again."
        )
    return said


def _found(gate: Findings) -> str:
    if not gate.findings:
        return "The gate did not pass it."
    named = "; ".join(f"{finding_words(f)} ({period(f)})" for f in gate.findings[:SHOWN])
    rest = len(gate.findings) - SHOWN
    return f"The gate found {named}{f'; and {rest} more' if rest > 0 else ''}."


def finding_words(finding: Finding) -> str:
    """Return what a finding is."""
    return KINDS[finding.kind]


def period(finding: Finding) -> str:
    """Return when a finding is, as time codes."""
    return between(finding.first_time_s, finding.last_time_s)


def between(first_s: float, last_s: float) -> str:
    """Return a span of time as people write it: 0:03.2 to 0:04.0."""
    first, last = clock(first_s), clock(last_s)
    return first if first == last else f"{first} to {last}"


def clock(seconds: float) -> str:
    """Return a time code: minutes, seconds and tenths, with hours where there are any."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    tail = f"{rest // 10:02}.{rest % 10}"
    return f"{hours}:{minutes:02}:{tail}" if hours else f"{minutes}:{tail}"


def figure(value: float, decimals: int = 2) -> str:
    """Return a number with a true minus sign, and none before a zero."""
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "\u2212")


def short(value: float) -> str:
    """Return a number without needless decimals."""
    return f"{value + 0.0:g}".replace("-", "\u2212")


def percent(share: float) -> str:
    """Return a share; what is not nothing never reads as nothing, nor what is not all as all."""
    if 0 < share < LEAST_SHOWN:
        return "below 0.1\u00a0%"
    if 1 - LEAST_SHOWN < share < 1:
        return "above 99.9\u00a0%"
    return f"{share * 100:.1f}\u00a0%" if share not in (0, 1) else f"{share * 100:.0f}\u00a0%"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def likeness(figures: SubjectFigures) -> str:
    """Return what the recogniser makes of a face before and after."""
    if figures.to_source is None:
        return "not measured: no sampled frame shows a replaced face"
    limit = figures.stranger_mean + SAME_PERSON_DEVIATIONS * figures.stranger_deviation
    if figures.to_source <= figures.stranger_mean:
        return "no more alike than two strangers of this age"
    if figures.to_source <= limit:
        return "somewhat alike, as many strangers of this age are"
    return "more alike than strangers usually are: look at this person"


def apartness(figures: SubjectFigures) -> str:
    """Return whether the new face is another than those of the other people."""
    limit = figures.stranger_mean + SAME_PERSON_DEVIATIONS * figures.stranger_deviation
    if figures.to_other_subjects is None or figures.to_other_subjects <= limit:
        return "two different people"
    return "more alike than strangers usually are: look at both"


def steadiness(figures: SubjectFigures) -> str:
    """Return whether the new face stays one person."""
    if figures.within_output is None or figures.within_source is None:
        return "not measured: too few sampled frames"
    own = figures.within_source - figures.stranger_mean
    if figures.within_output - figures.stranger_mean >= STEADY_FROM * own:
        return "one person throughout"
    return "less steady than the original"


def not_hidden(told: Testimony) -> Sequence[tuple[str, str]]:
    """Return what a reader may still recognise somebody by: a word and a sentence for each."""
    faces = told.counts.faces
    listed = [
        (
            "Hair and ears",
            "A new face ends at the hairline; hair, ears and neck are the person's."
            if faces["swap"] + faces["stand_in"]
            else "What is hidden is a head with a little around it; long hair and neck may show.",
        ),
        (
            "Body and clothes",
            "Build, posture, movement, scars, tattoos and clothes are unchanged.",
        ),
        ("Surroundings", "Rooms, toys, screens, name tags and written words are unchanged."),
    ]
    if told.video.audio and told.order.audio == "keep":
        listed.append(("Voices", "The sound was kept as it was: voices and spoken names remain."))
    listed.append(
        (
            "What no detector sees",
            (
                "No program finds every face. The gate looks with others than those that searched "
                "first, but a small, dark or blurred face can escape them all: watch the video."
            ),
        )
    )
    return listed


def known_reason(reason: str) -> str:
    """Return the parts of a plan's reason that the program itself says; people's words stay out."""
    return ", ".join(part for part in reason.split(", ") if part in REASONS)
