"""The page of the calibration, and the inventory of thresholds that it shows."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.fields import WRITTEN

from .operating import Acts, Rate
from .record import Record, Side, read

INVENTORY: Final = Path(__file__).with_name("thresholds.toml")

PAGE: Final = """\
# Calibration of the thresholds

What each threshold costs at its value, on material of which the truth is known: rendered people,
held-out synthetic faces, and what is known of the development clips. `python -m tools.calibrate`
measures it again and writes [the record](calibration.json); a test compares the record with the
values in the code.

A threshold acts from its value on, or below it. A *miss* is something on which it must act and does
not (a face that is overlooked, a person who is not hidden); an *alarm* something that it should
leave and acts on (a face where nobody is, a swap that becomes a cover). Both stand with the share
of all and its 95 % interval: bootstrap over units (a picture, a second of a track, a person); where
nothing happened, the upper end is 3 divided by the number of units. *Same decisions*: between these
values nothing on the material would be decided otherwise. *By the rule*: the value that fails closed,
which is as far beyond the unit that is nearest to a miss as that one lies beyond the next (Robson
and Whitlock, 1964), with the alarms there. Verdict: `holds` where nothing is missed and the rule asks
for no more; `no margin` where nothing is missed, but the next person may be; `misses`; `others act`
where something is missed on all of which another threshold acts.

{table}

## What the figures say

{readings}

## On what it was measured

{sides}

| material | how much | SHA-256 |
|---|---|---|
{data}

## Not calibrated

These trade misses for alarms, too, but the material cannot say where they should be, or what they
miss is caught elsewhere.

{unmeasured}

## No operating points

What a word means, by its source; and how much, how often, how small. The docstrings in the code
name the sources.

{others}
"""

HEADER: Final = (
    "| threshold | value | same decisions | misses | alarms | by the rule | alarms there | verdict |\n"
    "|---|--:|---|---|---|--:|--:|---|"
)


@dataclass(frozen=True, slots=True)
class Inventory:
    """Every threshold of the code, by what it is."""

    operating: Sequence[str]
    """Those that are calibrated."""
    readings: Mapping[str, str]
    """What the figures of one, or of several together, say."""
    reasons: Mapping[str, Mapping[str, str]]
    """The others, by kind and name: why they are not calibrated."""


def inventory() -> Inventory:
    """Read the inventory."""
    stated = tomllib.loads(INVENTORY.read_text())
    kinds = ("unmeasured", "defined", "budget")
    return Inventory(
        stated["operating"], stated["readings"], {kind: stated[kind] for kind in kinds}
    )


def pages(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the page with its path below `folder`."""
    source = WRITTEN.format(source="calibration.json and tools/calibrate/thresholds.toml")
    yield folder / "calibration.md", f"{source}{page(read(), inventory())}".encode()


def page(records: Mapping[str, Record], stated: Inventory) -> str:
    """Return what was measured, and what was not."""
    known = [records[name] for name in sorted(records)]
    rows = "\n".join(line(record) for record in known)
    reasons = stated.reasons
    return PAGE.format(
        table=f"{HEADER}\n{rows}",
        readings="\n".join(f"* **{about}.** {text}" for about, text in stated.readings.items()),
        sides="\n".join(_sides(record) for record in known),
        data="\n".join(_data(known)),
        unmeasured=_list(reasons["unmeasured"]),
        others=_list({**reasons["defined"], **reasons["budget"]}),
    )


def line(record: Record) -> str:
    """Return a record as a row of the table."""
    judged = record.judgement
    cells = (
        f"`{record.threshold}`",
        number(record.value),
        _range(judged.same_from, judged.same_to),
        rate(judged.miss),
        rate(judged.alarm),
        number(judged.recommended),
        f"{judged.alarm_there:.1%}",
        str(judged.verdict),
    )
    return f"| {' | '.join(cells)} |"


def number(value: float) -> str:
    """Return a number with three digits behind the point at most."""
    return f"{round(value, 3):g}".replace("-", "\u2212")


def rate(found: Rate) -> str:
    """Return a share with its interval and what it was counted on."""
    share = f"{found.count}/{found.of}"
    return f"{share} = {found.value:.1%} ({found.low:.1%} to {found.high:.1%})"


def _sides(record: Record) -> str:
    acts = "from its value on" if record.acts is Acts.FROM else "below its value"
    return (
        f"* `{record.threshold}` acts {acts}: {record.quantity}. "
        f"Must act: {_side(record.guarded)}. Should not: {_side(record.spared)}. {record.date}."
    )


def _side(side: Side) -> str:
    low, fifth, middle, most, high = (number(value) for value in side.percentiles)
    return f"{side.what} ({side.count}: {low}, {fifth}, **{middle}**, {most}, {high})"


def _data(records: Sequence[Record]) -> Iterator[str]:
    """Yield each material once."""
    for data in sorted({data for record in records for data in record.data}, key=str):
        yield f"| {data.name} | {data.count} | `{data.digest}` |"


def _list(reasons: Mapping[str, str]) -> str:
    return "\n".join(f"* `{name}`: {why}." for name, why in sorted(reasons.items()))


def _range(low: float | None, high: float | None) -> str:
    return " to ".join("\u2026" if end is None else number(end) for end in (low, high))
