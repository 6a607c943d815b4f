"""The page of the calibration, and its inventory of thresholds."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tools.fields import WRITTEN

from .operating import Acts, Rate, Verdict
from .record import FILE, Record, Side, read

INVENTORY: Final = Path(__file__).with_name("thresholds.toml")

HEADER: Final = (
    "| threshold | value | same decisions | misses | alarms | by the rule | alarms there | verdict |\n"
    "|---|--:|---|---|---|--:|--:|---|"
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


def _range(low: float | None, high: float | None) -> str:
    return " to ".join("\u2026" if end is None else number(end) for end in (low, high))
