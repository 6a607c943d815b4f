"""Hands out partitions evenly within each topic."""

from collections import defaultdict
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.protocol.consumer.metadata import ConsumerProtocolAssignment


class TopicwiseAssignor(CooperativeStickyAssignor):  # type: ignore[misc] # has no types
    """
    Cooperative and sticky, topic by topic.

    kafka-python's assignor evens out how many partitions each member has, whichever they are: of
    eight members one came to have five partitions of the one topic in which there was work, and
    seven had those of the topics in which there was none.
    """

    name = "swaddle-topicwise"

    def assign(self, cluster: Any, members: Sequence[Any]) -> dict[str, Any]:  # noqa: ANN401 - the driver's
        """Assign the partitions of each topic as if it were the only one."""
        shares: dict[str, list[tuple[str, list[int]]]] = defaultdict(list)
        for topic in sorted({topic for member in members for topic in member.metadata.topics}):
            readers = [_of_topic(m, topic) for m in members if topic in m.metadata.topics]
            for member_id, share in super().assign(cluster, readers).items():
                shares[member_id] += share.assigned_partitions
        return {
            member.member_id: ConsumerProtocolAssignment(
                self.version, shares[member.member_id], b""
            )
            for member in members
        }


def _of_topic(member: Any, topic: str) -> SimpleNamespace:  # noqa: ANN401 - the driver's
    """Return a member as if it read this topic alone."""
    owned = getattr(member.metadata, "owned_partitions", None) or ()
    metadata = SimpleNamespace(
        topics=[topic],
        owned_partitions=[part for part in owned if part.topic == topic],
        generation_id=member.metadata.generation_id,
    )
    return SimpleNamespace(member_id=member.member_id, metadata=metadata)
