"""What a process has of its system: time, names, memory, cores."""

from swaddle.kernel.ports import Clock, IdSource
from swaddle.settings import Settings


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


def share_cores(settings: Settings) -> None:
    """Let the arithmetic of this process use no more threads than it may."""
    from swaddle.adapters.system.threads import share_cores as share

    share(settings.cores)
