"""How processes start that share the work of one machine."""

import multiprocessing
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext


def start_of_children(modules: Sequence[str]) -> BaseContext:
    """
    Return the context that children are started in.

    On Linux they are forked from a process that begins now to import `modules`, once for all of them,
    and runs nothing. It lasts until this program ends, and has the environment that it was started in.
    The libraries that begin threads when they are imported (NumPy's OpenBLAS, OpenCV, ONNX Runtime,
    PyArrow's allocator) are used in children alone, which begin their own. Elsewhere, and where its socket
    has no room in the temporary folder, each child starts anew: libraries of macOS do not survive a fork
    (bugs.python.org, issue 33725), and Windows has none.
    """
    if sys.platform == "linux":
        forkserver.set_forkserver_preload(list(modules))
        try:
            with _uninterrupted():
                forkserver.ensure_running()
        except OSError:
            pass  # the path of a socket has at most 107 characters
        else:
            return multiprocessing.get_context("forkserver")
    return multiprocessing.get_context("spawn")


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let what is started here not hear of interrupts from the keyboard: it would end with a traceback."""
    # Which would take the signals' mask back when it is started.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
