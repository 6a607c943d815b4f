"""A campaign on paper: pods, partitions, days, storage and cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from .work import ORDER, Work

UTILISATION: Final = 0.8
"""Of a pod's time that is work: `tools.capacity simulate` shows what is left of it while pods come
and go."""

PARTITION_STEP: Final = 12
"""What a topic has unless somebody says otherwise; multiples share evenly among pods."""

DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What has to be done."""

    videos: int
    seconds: float
    """Of one video."""
    megabytes: float
    """Of one video."""
    kept: float
    """Bytes that stay for each byte of an original: the output, and the original while it is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What it takes."""

    pods: Mapping[str, int]
    days: float
    pod_hours: Mapping[str, float]
    partitions: int
    terabytes: float

    def nodes(self, pods_of_a_node: int) -> int:
        """Return how many nodes hold the pods, where all stages share one pool."""
        return ceil(sum(self.pods.values()) / pods_of_a_node)


def for_days(work: Work, campaign: Campaign, days: float) -> Plan:
    """Return how many pods are done in so many days."""
    seconds = days * DAY_S * UTILISATION
    pods = {
        stage: max(1, ceil(campaign.videos * work.of_video(stage, campaign.seconds) / seconds))
        for stage in ORDER
    }
    return _plan(work, campaign, pods)


def for_pods(work: Work, campaign: Campaign, pods: int) -> Plan:
    """Return how long so many pods take, shared among the stages as their work is."""
    total = sum(work.of_video(stage, campaign.seconds) for stage in ORDER)
    shares = {stage: work.of_video(stage, campaign.seconds) / total for stage in ORDER}
    return _plan(
        work, campaign, {stage: max(1, round(pods * share)) for stage, share in shares.items()}
    )


def _plan(work: Work, campaign: Campaign, pods: Mapping[str, int]) -> Plan:
    seconds = {stage: campaign.videos * work.of_video(stage, campaign.seconds) for stage in ORDER}
    slowest = max(seconds[stage] / pods[stage] for stage in ORDER)
    return Plan(
        pods=pods,
        days=slowest / UTILISATION / DAY_S,
        pod_hours={stage: taken / UTILISATION / 3600 for stage, taken in seconds.items()},
        partitions=PARTITION_STEP * ceil(max(pods.values()) / PARTITION_STEP),
        terabytes=campaign.videos * campaign.megabytes * campaign.kept / 1e6,
    )
