"""Partitions of a topic are spread over the members of a group, whatever other topics there are."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from swaddle.adapters.kafka.assigning import TopicwiseAssignor

Shares = dict[str, set[tuple[str, int]]]


def members(owned: Shares, topics: list[str]) -> list[Any]:
    made = []
    for name, shares in owned.items():
        parts = [
            SimpleNamespace(topic=t, partitions=[p for topic, p in shares if topic == t])
            for t in sorted({topic for topic, _ in shares})
        ]
        metadata = SimpleNamespace(topics=topics, owned_partitions=parts, generation_id=1)
        made.append(SimpleNamespace(member_id=name, metadata=metadata))
    return made


def settled(owned: Shares, sizes: dict[str, int]) -> Shares:
    """Let the group rebalance until nothing moves."""
    cluster = SimpleNamespace(
        topics=lambda: set(sizes),
        partitions_for_topic=lambda topic: set(range(sizes[topic])),
    )
    for _ in range(4):
        given_out = TopicwiseAssignor().assign(cluster, members(owned, sorted(sizes)))
        owned = {
            name: {(topic, part) for topic, parts in share.assigned_partitions for part in parts}
            for name, share in given_out.items()
        }
    return owned


@given(
    st.dictionaries(st.sampled_from("abcde"), st.integers(1, 12), min_size=1),
    st.integers(1, 6),
    st.integers(1, 6),
)
def test_every_topic_is_spread_evenly_also_after_others_join(
    sizes: dict[str, int], first: int, joining: int
) -> None:
    owned = settled({f"m{n}": set() for n in range(first)}, sizes)
    owned = settled({**owned, **{f"n{n}": set() for n in range(joining)}}, sizes)
    everything = [pair for share in owned.values() for pair in share]

    assert sorted(everything) == [(t, p) for t in sorted(sizes) for p in range(sizes[t])]
    for topic in sizes:
        each = Counter(n for n, share in owned.items() for t, _ in share if t == topic)
        loads = [each[name] for name in owned]
        assert max(loads) - min(loads) <= 1
