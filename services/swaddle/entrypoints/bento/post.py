"""A stage at work inside a BentoML service, and who may ask its endpoint."""

import hmac
import os
from collections.abc import Callable, MutableMapping
from http import HTTPStatus
from threading import Thread
from typing import Any, Final

import bentoml
import structlog
from bentoml.exceptions import BentoMLException, InvalidArgument

from swaddle import bootstrap
from swaddle.entrypoints.telemetry import write_logs
from swaddle.entrypoints.tracing import send_traces
from swaddle.entrypoints.worker import Duty
from swaddle.kernel.errors import SwaddleError
from swaddle.settings import Settings

BODY_BYTES: Final = 10_000_000
"""Of a request: a picture in base64, with room."""

CONFIG: Final[dict[str, Any]] = {
    "workers": 1,
    "threads": 1,
    "traffic": {"timeout": 60},
    "runner_probe": {"enabled": False},
}
"""One process and one thread: two would load the model twice and take turns on the device."""

log = structlog.get_logger()


class Unauthorized(BentoMLException):
    """The request has no valid token."""

    error_code = HTTPStatus.UNAUTHORIZED


class Post:
    """Starts and stops the thread that works on messages; says how it is."""

    def __init__(self, stage: str) -> None:
        write_logs()
        self.settings = Settings()
        send_traces(self.settings.traces_url, stage)
        bootstrap.return_large_blocks()
        self.duty = Duty(self.settings, stage)
        self._thread = Thread(target=self._work, name=stage, daemon=True)

    def start(self) -> None:
        """Begin to poll."""
        self._thread.start()

    def drain(self) -> None:
        """Poll no more; return when what is under way is published and acknowledged."""
        self.duty.stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def alive(self) -> bool:
        """Whether the thread lives and its consumer goes round."""
        if not self._thread.is_alive():
            return self.duty.stopping.is_set()
        return self.duty.alive()

    def ready(self) -> bool:
        """Whether messages are being taken."""
        return self.alive() and not self.duty.stopping.is_set()

    def _work(self) -> None:
        try:
            self.duty.run()
        except Exception:
            # A broken device stays broken in this process: end it, and start another.
            log.exception("service broke", stage=self.duty.name)
            os._exit(1)


def admit(context: bentoml.Context, settings: Settings) -> None:
    """Raise Unauthorized unless the request has the service token; without one nobody passes."""
    given = context.request.headers.get("authorization", "")
    wanted = settings.service_token.get_secret_value()
    if not wanted or not hmac.compare_digest(given.encode(), f"Bearer {wanted}".encode()):
        raise Unauthorized("Give the service token: Bearer TOKEN.")


def answered(make: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the endpoint returns
    """Return what `make` returns; what is wrong with the request comes out as such."""
    try:
        return make()
    except SwaddleError as error:
        raise InvalidArgument(str(error)) from error


class LimitedBody:
    """Refuses requests that are larger than they need to be, before they are read."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[..., Any],
        send: Callable[..., Any],
    ) -> None:
        """Pass the request on, or answer it."""
        headers = dict(scope.get("headers", ()))
        length = headers.get(b"content-length")
        posts = scope["type"] == "http" and scope["method"] == "POST"
        if posts and (length is None or not length.isdigit() or int(length) > BODY_BYTES):
            status = HTTPStatus.LENGTH_REQUIRED if length is None else TOO_LARGE
            body = [(b"content-type", b"application/problem+json")]
            await send({"type": "http.response.start", "status": status, "headers": body})
            await send({"type": "http.response.body", "body": b"{}"})
            return
        await self._app(scope, receive, send)


TOO_LARGE: Final = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
