"""A platform's view of the API: submit a video, hear how it goes on, fetch what came of it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx

from swaddle.kernel.errors import Misused, NotFound, Rejected, SwaddleError, Unavailable
from swaddle.kernel.life import State

from . import delivery

FETCHED: Final = ("manifest", "signature", "provenance", "report", "features")

KINDS: Final[dict[int, type[SwaddleError]]] = {
    HTTPStatus.UNPROCESSABLE_ENTITY: Rejected,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.SERVICE_UNAVAILABLE: Unavailable,
}


@dataclass(frozen=True, slots=True)
class Client:
    """Talks to one server with one token."""

    http: httpx.Client

    @classmethod
    def to(cls, server: str, token: str | None) -> "Client":
        """Prepare to talk; nothing is sent yet. Without a token, only `ready` is answered."""
        timeout = httpx.Timeout(30, read=None)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return cls(httpx.Client(base_url=server, headers=headers, timeout=timeout))

    def ready(self) -> None:
        """Raise Unavailable unless the API says that it is ready."""
        self._asked(lambda: self.http.get("/readyz"))

    def submit(self, video: Path, wanted: dict[str, str], key: str | None = None) -> str:
        """Upload a video; return its name. Raises Misused, Rejected, Unavailable."""
        headers = {"Idempotency-Key": key or uuid4().hex}
        with video.open("rb") as file:
            answer = self._asked(
                lambda: self.http.post("/v1/videos", params=wanted, content=file, headers=headers)
            )
        name: str = answer.json()["id"]
        return name

    def follow(self, video: str, hear: Callable[[dict[str, Any]], None]) -> State:
        """Hear of every change until the video has ended; return how."""
        state = State.RECEIVED
        try:
            with self.http.stream("GET", f"/v1/videos/{video}/events") as stream:
                for line in stream.iter_lines():
                    if line.startswith("data: "):
                        seen = json.loads(line.removeprefix("data: "))
                        hear(seen)
                        state = State(seen["state"])
        except httpx.HTTPError as error:
            raise _silent(error) from error
        return state

    def fetch(self, video: str, part: str, target: Path) -> None:
        """Store the output, or what testifies to it, beside its final name, then rename."""
        try:
            with self.http.stream("GET", f"/v1/videos/{video}/{part}") as stream:
                if stream.status_code != HTTPStatus.OK:
                    stream.read()
                    raise _refused(stream)
                with delivery.placing(target) as sink:
                    for chunk in stream.iter_bytes():
                        sink.write(chunk)
        except httpx.HTTPError as error:
            raise _silent(error) from error

    def erase(self, video: str) -> None:
        """Erase a video with everything that was made of it."""
        self._asked(lambda: self.http.delete(f"/v1/videos/{video}"))

    def _asked(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        try:
            answer = ask()
        except httpx.HTTPError as error:
            raise _silent(error) from error
        if answer.is_error:
            raise _refused(answer)
        return answer


def _silent(error: httpx.HTTPError) -> SwaddleError:
    return Unavailable(f"The server does not answer ({type(error).__name__}).")


def _refused(answer: httpx.Response) -> SwaddleError:
    try:
        detail = str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = f"The server says {answer.status_code}."
    return KINDS.get(answer.status_code, Misused)(detail)
