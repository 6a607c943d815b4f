"""The message bus of a single process."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import RLock
from typing import Final

from swaddle.kernel.messages import Message
from swaddle.kernel.ports import Kinds
from swaddle.wire.codec import decode, encode

TRIES: Final = 5
"""How often a message is delivered before `defer` refuses: as often as on a bus with retries."""


@dataclass(slots=True, eq=False)
class _Parcel:
    content: bytes
    tries: int = 1


@dataclass(slots=True)
class _Group:
    kinds: frozenset[type[Message]]
    lock: RLock
    waiting: deque[_Parcel] = field(default_factory=deque)


@dataclass(slots=True)
class _MemoryDelivery:
    message: Message
    parcel: _Parcel
    subscription: "_MemorySubscription"

    def acknowledge(self) -> None:
        with self.subscription.group.lock:
            self.subscription.take_back(self.parcel)

    def defer(self) -> bool:
        with self.subscription.group.lock:
            if self.parcel.tries >= TRIES:
                return False
            self.subscription.take_back(self.parcel)
            again = _Parcel(self.parcel.content, self.parcel.tries + 1)
            self.subscription.group.waiting.append(again)
        return True


@dataclass(slots=True, eq=False)
class _MemorySubscription:
    group: _Group
    on_loan: list[_Parcel] = field(default_factory=list)
    last_poll: None = None
    rebalances: int = 0

    @property
    def lag(self) -> int:
        return len(self.group.waiting) + len(self.on_loan)

    def poll(self, limit: int = 1) -> Sequence[_MemoryDelivery]:
        with self.group.lock:
            number = min(limit, len(self.group.waiting))
            taken = [self.group.waiting.popleft() for _ in range(number)]
            self.on_loan.extend(taken)
        return [_MemoryDelivery(decode(parcel.content), parcel, self) for parcel in taken]

    def take_back(self, parcel: _Parcel) -> None:
        # Twice is as good as once; and after `close` the parcel is another member's.
        if parcel in self.on_loan:
            self.on_loan.remove(parcel)

    def close(self) -> None:
        with self.group.lock:
            self.group.waiting.extendleft(reversed(self.on_loan))
            self.on_loan.clear()


class MemoryMessageBus:
    """
    Delivers to every group through a queue of its own; safe for threads.

    Messages wait in their wire form, so that what cannot be said in a cluster cannot be said
    here either. A deferred message goes to the end of the queue.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._groups: dict[str, _Group] = {}

    def publish(self, *messages: Message) -> None:
        """Append to the queue of every group that listens."""
        contents = [(type(message), encode(message)) for message in messages]
        with self._lock:
            for kind, content in contents:
                for group in self._groups.values():
                    if kind in group.kinds:
                        group.waiting.append(_Parcel(content))

    def subscribe(self, group: str, kinds: Kinds) -> _MemorySubscription:
        """Join a group; it hears everything from its first member on."""
        with self._lock:
            joined = self._groups.setdefault(group, _Group(frozenset(kinds), self._lock))
        return _MemorySubscription(joined)

    def close(self) -> None:
        """Do nothing: the messages end with the process."""
