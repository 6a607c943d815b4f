"""Records on their way: as they lie in a topic, and as they are handed over."""

from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Protocol

from swaddle.kernel.errors import Rejected
from swaddle.kernel.messages import Message
from swaddle.kernel.ports import Kinds
from swaddle.wire.codec import decode


@dataclass(frozen=True, slots=True)
class Parcel:
    """A record as it lies in a topic."""

    key: bytes
    content: bytes
    headers: dict[str, str]

    @classmethod
    def of(cls, record: Any) -> "Parcel":  # noqa: ANN401 - the driver's
        """Take what a topic holds; anybody may have written it, so nothing is certain."""
        headers = {name: (value or b"").decode(errors="replace") for name, value in record.headers}
        return cls(record.key or b"", record.value or b"", headers)

    @property
    def attempt(self) -> int:
        """Counts the deliveries, from 1."""
        return max(1, int(self._number("attempt", 1)))

    @property
    def not_before(self) -> float:
        """When it may be handled, in seconds since 1970."""
        return self._number("not-before", 0)

    def _number(self, header: str, otherwise: float) -> float:
        try:
            number = float(self.headers.get(header, otherwise))
        except ValueError:
            return otherwise
        return number if isfinite(number) else otherwise


class Office(Protocol):
    """Takes what could not be handled."""

    def defer(self, group: str, parcel: Parcel) -> bool:
        """Publish a record to be handled later, if it was not tried too often."""
        ...

    def bury(self, group: str, parcel: Parcel, why: str) -> None:
        """Keep a record where nobody reads it again."""
        ...

    def fail(self, group: str, parcel: Parcel, reason: str) -> None:
        """Let the video of a record fail."""
        ...


def read(parcel: Parcel, group: str, kinds: Kinds, office: Office) -> Message | None:
    """Return the message; None for one that is for others, or that nobody can read."""
    try:
        message = decode(parcel.content)
    except Rejected as error:
        office.bury(group, parcel, str(error))
        office.fail(group, parcel, str(error))
        return None
    return message if isinstance(message, kinds) else None


@dataclass(slots=True, eq=False)
class Partition:
    """What this member took from a partition since it was assigned."""

    next: int
    committed: int
    unsettled: set[int] = field(default_factory=set)

    @property
    def committable(self) -> int:
        """The offset up to which everything is settled."""
        return min(self.unsettled, default=self.next)


class Desk(Protocol):
    """Where messages were handed over."""

    @property
    def group(self) -> str:
        """Whose member it is."""
        ...

    @property
    def office(self) -> Office:
        """Where records go that could not be handled."""
        ...

    def settle(self, partition: Partition, offset: int) -> None:
        """Let an offset be committed, as soon as all before it are settled."""
        ...


@dataclass(slots=True, eq=False)
class KafkaDelivery:
    """A message on loan."""

    message: Message
    parcel: Parcel
    partition: Partition
    offset: int
    desk: Desk

    def acknowledge(self) -> None:
        """Let the offset be committed."""
        # A partition that was taken away meanwhile is another member's: nothing is committed.
        self.desk.settle(self.partition, self.offset)

    def defer(self) -> bool:
        """Let the record wait in a topic of its own, if it was not tried too often."""
        deferred = self.desk.office.defer(self.desk.group, self.parcel)
        if deferred:
            self.acknowledge()
        return deferred
