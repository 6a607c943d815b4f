"""The message bus of a single process."""

from collections import deque
from dataclasses import dataclass, field
from threading import RLock

from swaddle.kernel.messages import Message
from swaddle.kernel.ports import Kinds
from swaddle.wire.codec import decode, encode


@dataclass(slots=True, eq=False)
class _Parcel:
    content: bytes


@dataclass(slots=True)
class _Group:
    kinds: frozenset[type[Message]]
    lock: RLock
    waiting: deque[_Parcel] = field(default_factory=deque)
    on_loan: list[_Parcel] = field(default_factory=list)


@dataclass(slots=True)
class _MemoryDelivery:
    message: Message
    parcel: _Parcel
    group: _Group

    def acknowledge(self) -> None:
        with self.group.lock:
            # Somebody who joined meanwhile may have put it back.
            for place in (self.group.on_loan, self.group.waiting):
                if self.parcel in place:
                    place.remove(self.parcel)


@dataclass(slots=True)
class _MemorySubscription:
    group: _Group

    def poll(self) -> _MemoryDelivery | None:
        with self.group.lock:
            if not self.group.waiting:
                return None
            parcel = self.group.waiting.popleft()
            self.group.on_loan.append(parcel)
        return _MemoryDelivery(decode(parcel.content), parcel, self.group)


class MemoryMessageBus:
    """
    Delivers to every group through a queue of its own; safe for threads.

    Messages wait in their wire form, so that what cannot be said in a cluster cannot be said
    here either.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._groups: dict[str, _Group] = {}

    def publish(self, message: Message) -> None:
        """Append to the queue of every group that listens."""
        content = encode(message)
        with self._lock:
            for group in self._groups.values():
                if type(message) in group.kinds:
                    group.waiting.append(_Parcel(content))

    def subscribe(self, group: str, kinds: Kinds) -> _MemorySubscription:
        """Join a group; a rejoined group first gets back what was on loan."""
        with self._lock:
            joined = self._groups.setdefault(group, _Group(frozenset(kinds), self._lock))
            joined.waiting.extendleft(reversed(joined.on_loan))
            joined.on_loan.clear()
        return _MemorySubscription(joined)
