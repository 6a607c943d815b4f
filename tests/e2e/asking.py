"""Asking the API as its clients do."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import Any

import pytest
from starlette.testclient import TestClient

from swaddle.kernel.life import State

EXPIRES = datetime(2100, 1, 1, tzinfo=UTC)
KEY = {"Idempotency-Key": "visit 7"}


@dataclass(frozen=True)
class Later:
    """A clock that goes ahead."""

    by: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by  # noqa: TID251 - a test of times


def submitted(client: TestClient, content: bytes = b"no video", key: str = "visit 7") -> str:
    answer = client.post("/v1/videos", content=content, headers={"Idempotency-Key": key})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def awaited(client: TestClient, video: str, *states: State, revision: int = 0) -> dict[str, Any]:
    deadline = monotonic() + 300
    while monotonic() < deadline:
        seen: dict[str, Any] = client.get(f"/v1/videos/{video}").json()
        if seen["state"] in states and seen["revision"] >= revision:
            return seen
        sleep(0.1)
    pytest.fail(f"The video is {seen['state']}.")
