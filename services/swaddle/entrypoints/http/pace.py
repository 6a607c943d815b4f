"""How often somebody may ask."""

from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from time import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from swaddle.kernel.access import Grant

from .problems import Problem


@dataclass(frozen=True, slots=True)
class Pace:
    """Counts the requests of every holder in this process."""

    per_minute: int
    """0: nobody counts."""
    _limiter: SlidingWindowCounterRateLimiter = field(
        default_factory=lambda: SlidingWindowCounterRateLimiter(MemoryStorage())
    )

    def keep(self, grant: Grant) -> None:
        """Refuse a holder who asks too often, and say when to come back."""
        if not self.per_minute:
            return
        item = RateLimitItemPerMinute(self.per_minute)
        if self._limiter.hit(item, grant.tenant, grant.holder):
            return
        again = self._limiter.get_window_stats(item, grant.tenant, grant.holder).reset_time
        wait = max(1, ceil(again - time()))
        raise Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too-often",
            f"This token may ask {self.per_minute} times a minute; come back in {wait} s.",
            {"Retry-After": str(wait)},
        )
