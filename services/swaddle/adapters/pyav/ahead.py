"""Decoding while somebody else works."""

from collections.abc import Iterator
from queue import Full, Queue
from threading import Event, Thread
from typing import Final, TypeVar

Item = TypeVar("Item")

DEPTH: Final = 4
"""Frames that wait, decoded: more would only be memory."""

LOOK_S: Final = 0.1
"""How soon the thread notices that nobody wants the rest."""


class _End:
    """Comes after the last item, with what ended it."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def ahead(items: Iterator[Item], depth: int = DEPTH) -> Iterator[Item]:
    """
    Yield what `items` yields, made on a thread of its own; at most `depth` wait.

    An error comes out where it would have. Closing the generator ends the thread, and `items`.
    """
    queue: Queue[Item | _End] = Queue(depth)
    over = Event()
    thread = Thread(target=_make, args=(items, queue, over), name="decoding", daemon=True)
    thread.start()
    try:
        while not isinstance(item := queue.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        over.set()
        thread.join()


def _make(items: Iterator[Item], queue: "Queue[Item | _End]", over: Event) -> None:
    error: BaseException | None = None
    try:
        for item in items:
            if not _put(item, queue, over):
                break
    except BaseException as caught:  # noqa: BLE001 - raised where the item is asked for
        error = caught
    finally:
        close = getattr(items, "close", None)
        if close is not None:
            close()
        _put(_End(error), queue, over)


def _put(item: "Item | _End", queue: "Queue[Item | _End]", over: Event) -> bool:
    """Wait for room; return whether anybody still wants it."""
    while not over.is_set():
        try:
            queue.put(item, timeout=LOOK_S)
        except Full:
            continue
        return True
    return False
