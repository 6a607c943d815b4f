"""
How programs are built from Go modules: in little time, since they serve as long as a test does.

Not optimised, without what debuggers read, and the compiler collects no garbage below 2 GiB: MinIO
takes 155 CPU seconds, and 200 if it is only optimised. All are built in the same way, so that what two
of them share is compiled once.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from .process import run

FLAGS: Final = ("-buildvcs=false", "-trimpath", "-gcflags=all=-N -l -dwarf=false")
LINKER: Final = ("-s", "-w")
ENVIRONMENT: Final = MappingProxyType(
    {"CGO_ENABLED": "0", "GOGC": "off", "GOMEMLIMIT": "2GiB"}  # the last two: of the compiler
)


def go(
    verb: str,
    arguments: Sequence[str],
    folder: Path,
    missing: str,
    *,
    stamps: Sequence[str] = (),
    environment: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """
    Build or install a package, with `stamps` (name=value) in it.

    Raises CannotStart: with `missing` where there is no Go, else with what it said last.
    """
    linker = " ".join((*LINKER, *(f"-X {stamp}" for stamp in stamps)))
    command = ["go", verb, *FLAGS, f"-ldflags={linker}", *arguments]
    run(command, folder, missing, {**ENVIRONMENT, **environment})
