"""What is kept of a calibration, and the page that shows it."""

import importlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from .measuring import Data, Measurement
from .operating import Acts, Judgement, Rate, Sample, Verdict, judge, percentiles

ROOT: Final = Path(__file__).resolve().parents[2]
FILE: Final = ROOT / "docs/reference/calibration.json"
SCHEMA: Final = "swaddle.calibration/1"
DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a threshold: what was measured there."""

    what: str
    count: int
    percentiles: tuple[float, ...]
    """Smallest, 5 %, median, 95 %, largest."""

    @classmethod
    def of(cls, sample: Sample) -> "Side":
        """Summarize a sample."""
        return cls(sample.what, len(sample.values), percentiles(sample.values))


@dataclass(frozen=True, slots=True)
class Record:
    """One threshold with the material it was calibrated on."""

    threshold: str
    value: float
    acts: Acts
    quantity: str
    date: str
    guarded: Side
    spared: Side
    judgement: Judgement
    data: tuple[Data, ...]


def value_of(threshold: str) -> float:
    """Return the value that the code has; `threshold` is module below `swaddle`, and name."""
    module, name = threshold.rsplit(".", 1)
    return float(getattr(importlib.import_module(f"swaddle.{module}"), name))


def recorded(measurement: Measurement, date: str) -> Record:
    """Judge the value in the code by a measurement."""
    value = value_of(measurement.threshold)
    return Record(
        threshold=measurement.threshold,
        value=value,
        acts=measurement.acts,
        quantity=measurement.quantity,
        date=date,
        guarded=Side.of(measurement.guarded),
        spared=Side.of(measurement.spared),
        judgement=judge(value, measurement.acts, measurement.guarded, measurement.spared),
        data=measurement.data,
    )


def write(records: Iterable[Record]) -> None:
    """Keep records, by the name of their threshold."""
    rows = [asdict(record) for record in sorted(records, key=lambda r: r.threshold)]
    content = {"schema": SCHEMA, "records": _rounded(rows)}
    # Another run may read it at the same time.
    fresh = FILE.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    fresh.replace(FILE)


def read() -> dict[str, Record]:
    """Return what was kept, by threshold."""
    if not FILE.is_file():
        return {}
    return {row["threshold"]: _record(row) for row in json.loads(FILE.read_text())["records"]}


def _record(row: dict[str, Any]) -> Record:
    judged = dict(row["judgement"])
    rates: dict[str, Any] = {name: Rate(**judged.pop(name)) for name in ("miss", "alarm")}
    verdict = Verdict(judged.pop("verdict"))
    sides: dict[str, Any] = {
        name: Side(**{**row[name], "percentiles": tuple(row[name]["percentiles"])})
        for name in ("guarded", "spared")
    }
    known = {name: row[name] for name in ("threshold", "value", "quantity", "date")}
    return Record(
        **known,
        **sides,
        acts=Acts(row["acts"]),
        judgement=Judgement(**judged, **rates, verdict=verdict),
        data=tuple(Data(**data) for data in row["data"]),
    )


def _rounded(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return value
