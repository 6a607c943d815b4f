"""
Measure what the thresholds cost, and keep it.

    python -m tools.calibrate [NAME ...] [--shared ../shared] [--people 3]

Without NAME, everything: about an hour of one core. Writes docs/reference/calibration.json; `make
docs` makes the page of it. Values in the code are not changed: tests compare them with the record.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from swaddle import bootstrap
from swaddle.settings import Settings

from . import record
from .measuring import Bench, Measure
from .page import line

SHARED: Final = Path("../shared")


def measures() -> Mapping[str, Measure]:
    """Return everything that can be measured, by name."""
    from . import (  # noqa: PLC0415 - each loads what it needs
        cutting,
        detail,
        doubting,
        following,
        glasses,
        hair,
        hands,
        lids,
        looking,
        recognising,
        searching,
        stillness,
    )

    modules = (
        *(recognising, stillness, cutting, following, lids, hands),
        *(searching, looking, detail, doubting, hair, glasses),
    )
    return {module.__name__.rsplit(".", 1)[1]: module.measure for module in modules}


def main() -> int:
    """Measure, print and keep."""
    known = measures()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--people", type=int, default=3)
    given = parser.parse_args()
    if unknown := set(given.names) - set(known):
        parser.error(f"{', '.join(sorted(unknown))} is not measured; there are {', '.join(known)}")
    bench = Bench(Settings(), given.shared, given.people)
    today = bootstrap.clock().now().date().isoformat()
    for name in given.names or known:
        for measurement in known[name](bench):
            found = record.recorded(measurement, today)
            record.write((record.read() | {found.threshold: found}).values())
            print(line(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
