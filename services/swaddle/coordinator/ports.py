"""What telling others needs from the outside world. tests/contracts says what each must do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from swaddle.kernel.identifiers import Tenant

from .webhooks import Notice, Webhook


class WebhookBook(Protocol):
    """
    Knows every webhook, and what it has not heard yet.

    The ledger writes that down together with the change of the video: nothing is forgotten.
    """

    def add(self, webhook: Webhook) -> None:
        """Let it hear of what happens from now on."""
        ...

    def of(self, tenant: Tenant) -> Sequence[Webhook]:
        """Return the webhooks of a tenant."""
        ...

    def remove(self, tenant: Tenant, webhook_id: str) -> bool:
        """Forget a webhook, and what it has not heard; return whether there was one."""
        ...

    def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[Notice]:
        """Return what is due, at most `limit`; nobody else gets it before `until`."""
        ...

    def settle(self, notice: Notice) -> None:
        """Forget what was heard, or will never be."""
        ...

    def postpone(self, notice: Notice, until: datetime) -> None:
        """Count an attempt that was in vain; the next is due at `until`."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class WebhookSender(Protocol):
    """Says something to a webhook."""

    def check(self, url: str) -> None:
        """Raise Misused for a URL that nothing is ever sent to."""
        ...

    def send(self, notice: Notice, now: datetime, secret: bytes, body: str) -> None:
        """
        Return once the receiver has said that it heard, signed with `secret`.

        Raises Unavailable where it did not, NotFound where it does not want to hear of anything
        any more, and Misused for an address that nothing is sent to.
        """
        ...
