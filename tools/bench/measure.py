"""One command as a whole process: how long it takes, and how much memory it and its children have."""

import ctypes
import os
import resource
import subprocess
import sys
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import psutil

PATIENCE_S: Final = 5.0
"""For processes whose command has ended."""

PR_SET_CHILD_SUBREAPER: Final = 36
"""From Linux's prctl.h."""

INTERVAL_S = 1.0
"""Between two looks at the memory: the kernel adds up all pages of a process for one, and ten in a second
took a sixth of a core from what was measured, and stopped it meanwhile."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a command cost."""

    seconds: float
    """From start to end, by the clock on the wall."""
    cpu_seconds: float
    """Of all its processes together, user and system: what a busy machine changes least."""
    peak_mb: float
    """The most proportional memory (PSS: shared pages count once) of all its processes together."""


def cost(command: Sequence[str], accepted: Collection[int] = (0,)) -> Cost:
    """Run a command to its end; raises CalledProcessError with what it said where it fails."""
    _adopt_orphans()
    begin, before = time.perf_counter(), _children_cpu()
    with subprocess.Popen(  # noqa: S603 - commands of this repository
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        peak = 0.0
        while not _ended(process):
            peak = max(peak, _memory(process.pid))
        seconds = time.perf_counter() - begin
        said = process.stderr.read() if process.stderr else b""
    _wait_for_orphans()
    if process.returncode not in accepted:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=said)
    return Cost(seconds, _children_cpu() - before, peak)


def _adopt_orphans() -> None:
    """Let what the command started become a child of this process where the command itself ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def _wait_for_orphans() -> None:
    """Wait until they have ended as well: only then the system adds up what they used. Not for daemons."""
    until = time.perf_counter() + PATIENCE_S
    with suppress(ChildProcessError):
        while time.perf_counter() < until:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.05)


def _ended(process: subprocess.Popen[bytes]) -> bool:
    """Wait for a moment; return whether the process has ended."""
    try:
        process.wait(INTERVAL_S)
    except subprocess.TimeoutExpired:
        return False
    return True


def _children_cpu() -> float:
    """Return the CPU seconds of all children of this process that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _memory(pid: int) -> float:
    """Return the memory of a process and everything it started, in MB."""
    total = 0
    try:
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            total += _of_one(process)
    except psutil.NoSuchProcess:
        return 0.0
    return total / 1e6


def _of_one(process: psutil.Process) -> int:
    try:
        told = process.memory_full_info()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0
    # Only Linux knows PSS; elsewhere the resident size counts shared pages again.
    return int(getattr(told, "pss", told.rss))
