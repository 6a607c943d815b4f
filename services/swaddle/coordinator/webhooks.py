"""Who wants to hear of a tenant's videos, and what they have not heard yet."""

from dataclasses import dataclass
from datetime import datetime

from swaddle.kernel.identifiers import Tenant, VideoId
from swaddle.kernel.life import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that hears of every video that comes to rest."""

    webhook_id: str
    tenant: Tenant
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that one webhook has to hear."""

    webhook: Webhook
    video_id: VideoId
    number: int
    """Of the entry in the video's audit chain."""
    state: State
    at: datetime
    """When the video came to rest."""
    attempts: int
    """How often it was said in vain."""

    @property
    def notice_id(self) -> str:
        """The same in every attempt: a receiver that heard it twice knows."""
        return f"{self.video_id}.{self.number}"
