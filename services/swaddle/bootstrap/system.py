"""What a process has of its system: time, names, memory, cores."""

from multiprocessing.context import BaseContext
from typing import Final

from swaddle.kernel.ports import Clock, IdSource
from swaddle.settings import Settings

IMPORTED_ONCE: Final = (
    "swaddle.adapters.appearance.face_swapper",
    "swaddle.adapters.dlib.face_detector",
    "swaddle.adapters.folder.blob_store",
    "swaddle.adapters.litert.face_detector",
    "swaddle.adapters.litert.face_landmarker",
    "swaddle.adapters.litert.hand_landmarker",
    "swaddle.adapters.litert.person_detector",
    "swaddle.adapters.onnx.face_detector",
    "swaddle.adapters.parquet.work_tables",
    "swaddle.adapters.pyav.video_reader",
    "swaddle.adapters.pyav.video_writer",
    "swaddle.detection.handler",
    "swaddle.gate.handler",
    "swaddle.linking.handler",
    "swaddle.swapping.handler",
)
"""What every child needs: with the command line, 0.6 seconds for each that imports it by itself."""


def clock() -> Clock:
    """Return the system's clock."""
    from swaddle.adapters.system.clock import SystemClock

    return SystemClock()


def id_source() -> IdSource:
    """Return the system's source of names."""
    from swaddle.adapters.system.id_source import SystemIdSource

    return SystemIdSource()


def return_large_blocks() -> None:
    """Keep this process small between large pictures."""
    from swaddle.adapters.system.allocator import return_large_blocks as settle

    settle()


def start_of_children(*modules: str) -> BaseContext:
    """
    Return the context that children of this process are started in.

    What they need is imported once for all of them where a system allows it, with these modules.
    """
    from swaddle.adapters.system.processes import start_of_children as start

    return start((*IMPORTED_ONCE, *modules))


def share_cores(settings: Settings) -> None:
    """Let the arithmetic of this process use no more threads than it may."""
    from swaddle.adapters.system.threads import share_cores as share

    share(settings.cores)
