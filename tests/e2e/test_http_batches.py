"""Many videos at once, and manifests that are none."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from starlette.testclient import TestClient

from swaddle.entrypoints.http.desk import Desk
from swaddle.kernel.identifiers import BlobKey
from tests.e2e.asking import KEY


def uploaded(desk: Desk, names: Sequence[str], tenant: str = "lab") -> list[dict[str, Any]]:
    """Put something where uploads lie, and return the lines of a manifest that names it."""
    lines = []
    for name in names:
        source = hashlib.sha256(name.encode()).hexdigest()[:24]
        blob = desk.blobs.put(BlobKey(f"{tenant}/{source}/upload"), name.encode())
        lines.append({"source": source, "size": blob.size, "sha256": blob.sha256})
    return lines


def manifest(lines: Sequence[dict[str, Any]]) -> bytes:
    return "\n".join(json.dumps(line) for line in lines).encode()


def test_a_batch_is_submitted_by_its_manifest(
    asking: Callable[..., TestClient], desk: Desk
) -> None:
    client, stranger = asking(), asking("ward")
    lines = uploaded(desk, ["a", "b", "c"])
    lines[0] |= {"method": "blur", "consent_reference": "form-7"}
    answer = client.post("/v1/batches", content=manifest(lines), headers=KEY)
    again = client.post("/v1/batches", content=manifest(lines), headers=KEY)
    place = answer.headers["location"]
    listed = client.get("/v1/videos", params={"batch": answer.json()["id"]}).json()["videos"]
    one = client.get(f"/v1/videos/{lines[0]['source']}").json()

    assert answer.status_code == again.status_code == 202
    assert client.get(place).json() == answer.json() == again.json()
    assert answer.json()["states"] == {"received": 3}
    assert {video["id"] for video in listed} == {line["source"] for line in lines}
    assert (one["method"], one["priority"]) == ("blur", "bulk")
    assert stranger.get(place).status_code == 404


@pytest.mark.parametrize(
    ("change", "kind", "says"),
    [
        ({"sha256": "x"}, "broken-line", "Line 2"),
        ({"size": 0}, "broken-line", "Line 2"),
        ({"size": 6_000_000}, "broken-line", "too large"),
        ({"method": "magic"}, "broken-line", "method"),
        ({"source": "f" * 24}, "broken-line", "nothing was uploaded"),
        ({"consent_processing": False}, "no-consent", "forbids"),
    ],
)
def test_a_broken_line_submits_nothing(
    asking: Callable[..., TestClient],
    desk: Desk,
    change: dict[str, Any],
    kind: str,
    says: str,
) -> None:
    client = asking()
    lines = uploaded(desk, ["a", "b", "c"])
    lines[1] |= change
    answer = client.post("/v1/batches", content=manifest(lines), headers=KEY)

    assert answer.json()["type"] == f"urn:swaddle:problem:{kind}"
    assert says in answer.json()["detail"]
    assert "magic" not in answer.text
    assert client.get("/v1/videos").json()["videos"] == []


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"\n\n", 400),
        (b"{", 422),
        (b"[]", 422),
        (b"\xff\xfe", 422),
        (b"x" * 5000, 422),
        (b"\n" * 1_000_000, 413),
    ],
    ids=["empty", "blank", "cut", "list", "bytes", "long", "a million lines"],
)
def test_what_is_no_manifest_is_refused(
    asking: Callable[..., TestClient], content: bytes, status: int
) -> None:
    answer = asking().post("/v1/batches", content=content, headers=KEY)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_batch_of_another_tenants_upload_is_none(
    asking: Callable[..., TestClient], desk: Desk
) -> None:
    lines = uploaded(desk, ["a"], tenant="ward")
    answer = asking("lab").post("/v1/batches", content=manifest(lines), headers=KEY)

    assert (answer.status_code, "nothing was uploaded" in answer.text) == (422, True)


def test_a_key_is_for_one_batch(asking: Callable[..., TestClient], desk: Desk) -> None:
    client = asking()
    lines = uploaded(desk, ["a", "b"])
    answers = [
        client.post("/v1/batches", content=manifest(some), headers=KEY)
        for some in (lines[:1], lines, [lines[0] | {"method": "blur"}])
    ]

    assert [a.status_code for a in answers] == [202, 422, 422]
    assert [video["id"] for video in client.get("/v1/videos").json()["videos"]] == [
        lines[0]["source"]
    ]
