"""Webhooks over HTTP, signed as the Standard Webhooks specification says."""

import ssl
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import httpcore
from standardwebhooks import Webhook as Signer

from swaddle.coordinator.webhooks import Notice
from swaddle.kernel.errors import Misused, NotFound, Unavailable
from swaddle.kernel.networks import Network

from .guarding import GuardedBackend, addresses

PATIENCE_S: Final = 10.0
"""For each step of a request. A receiver that does more than to take note is asked again."""

TIMEOUT: Final = dict.fromkeys(("connect", "read", "write", "pool"), PATIENCE_S)

PORTS: Final = {"https": 443, "http": 80}


class HttpcoreWebhookSender:
    """
    Sends to public addresses over https, and to `allowed` networks also over http.

    Redirects are not followed and no proxy is used: nobody but the receiver gets the notice.
    """

    def __init__(
        self, allowed: Sequence[Network] = (), context: ssl.SSLContext | None = None
    ) -> None:
        self._allowed = allowed
        self._pool = httpcore.ConnectionPool(
            ssl_context=context or ssl.create_default_context(),
            network_backend=GuardedBackend(allowed),
            keepalive_expiry=0,
        )

    def check(self, url: str) -> None:
        """Resolve the name now; it is resolved again with every notice."""
        try:
            parts = urlsplit(url)
            port = parts.port or PORTS.get(parts.scheme, 0)
        except ValueError as error:
            raise Misused("The URL of the webhook is not one.") from error
        if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc:
            raise Misused("Give a URL https://HOST/PATH, without a name or password.")
        try:
            found = addresses(parts.hostname, port, self._allowed)
        except Unavailable as error:
            raise Misused(str(error)) from error
        if parts.scheme == "http" and not all(any(a in n for n in self._allowed) for a in found):
            raise Misused("Give an https URL: http is for networks that somebody allowed.")

    def send(self, notice: Notice, now: datetime, secret: bytes, body: str) -> None:
        """POST; whatever is not 2xx was not heard."""
        self.check(notice.webhook.url)
        signer = Signer(secret)
        headers: dict[bytes | str, bytes | str] = {
            "content-type": "application/json",
            "webhook-id": notice.notice_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signer.sign(notice.notice_id, now, body),
        }
        status = self._posted(notice.webhook.url, headers, body)
        if status == HTTPStatus.GONE:
            raise NotFound("The receiver is gone.")
        if not HTTPStatus(200) <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise Unavailable(f"The receiver says {status}.")

    def _posted(self, url: str, headers: Mapping[bytes | str, bytes | str], body: str) -> int:
        """Return the status; what else the receiver says is not read."""
        try:
            with self._pool.stream(
                "POST",
                url,
                headers=headers,
                content=body.encode(),
                extensions={"timeout": TIMEOUT},
            ) as response:
                return response.status
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            # Never the URL: it may hold a secret of the receiver's.
            raise Unavailable(f"The receiver does not answer ({type(error).__name__}).") from error
