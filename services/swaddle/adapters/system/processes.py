"""How processes start that share the work of one machine."""

import multiprocessing
import sys
from collections.abc import Sequence
from multiprocessing import forkserver
from multiprocessing.context import BaseContext


def start_of_children(modules: Sequence[str]) -> BaseContext:
    """
    Return the context that children are started in.

    On Linux they are forked from a process that begins now to import `modules`, once for all of
    them, and does nothing else: it has no threads that a fork could lose. Elsewhere each child starts
    anew: libraries of macOS do not survive a fork (CPython's issue 33725), and Windows has none.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    forkserver.set_forkserver_preload(list(modules))
    forkserver.ensure_running()
    return multiprocessing.get_context("forkserver")
