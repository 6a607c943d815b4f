"""Videos that are uploaded past the API, to a real MinIO."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import httpx
import pytest
from starlette.testclient import TestClient

from swaddle import bootstrap
from swaddle.entrypoints.http.desk import Desk
from swaddle.kernel.identifiers import VideoId
from swaddle.settings import Settings
from tests.e2e.asking import KEY
from tools.servers.minio import Minio

Asking = Callable[..., TestClient]


@pytest.fixture
def settings(tmp_path: Path, minio: Minio) -> Settings:
    own = Settings(
        run_folder=tmp_path / "run",
        config_folder=tmp_path / "config",
        blobs_url=minio.url(f"u{uuid4().hex}"),
        ledger_url=f"sqlite:///{tmp_path}/ledger.sqlite",
        max_upload_bytes=1_000_000,
    )
    bootstrap.migrate(own)
    return own


def offered(client: TestClient) -> tuple[str, str]:
    """Return the name and the URL of an upload."""
    answer = client.post("/v1/uploads", headers=KEY).json()
    return answer["source"], answer["url"]


def test_what_was_uploaded_is_submitted(asking: Asking, desk: Desk) -> None:
    client = asking()
    source, url = offered(client)
    early = client.post("/v1/uploads/complete", json={"source": source})
    assert httpx.put(url, content=b"no video").status_code == 200
    answer = client.post("/v1/uploads/complete", json={"source": source, "method": "blur"})
    recorded = desk.ledger.find(VideoId(source))

    assert early.status_code == 404
    assert answer.status_code == 202
    assert (recorded.source.size, recorded.order.method.value) == (8, "blur")
    with desk.blobs.open(recorded.source.key) as stream:
        assert stream.read() == b"no video"


def test_whoever_has_the_url_cannot_change_what_was_submitted(asking: Asking, desk: Desk) -> None:
    client = asking()
    source, url = offered(client)
    httpx.put(url, content=b"no video")
    answers = [client.post("/v1/uploads/complete", json={"source": source})]
    httpx.put(url, content=b"another")
    httpx.put(offered(client)[1], content=b"a third one")
    answers.append(client.post("/v1/uploads/complete", json={"source": source}))
    with desk.blobs.open(desk.ledger.find(VideoId(source)).source.key) as stream:
        kept = stream.read()

    assert [answer.status_code for answer in answers] == [202, 202]
    assert kept == b"no video"


def test_an_upload_is_its_tenants_alone(asking: Asking) -> None:
    lab, ward = asking("lab"), asking("ward")
    source, url = offered(lab)
    httpx.put(url, content=b"no video")
    taken = ward.post("/v1/uploads/complete", json={"source": source})
    other, _ = offered(ward)

    assert taken.status_code == 404
    assert other != source


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts._replace(path=parts.path.replace("/lab/", "/ward/")),
        lambda parts: parts._replace(query=parts.query.replace("Expires=900", "Expires=90000")),
        lambda parts: parts._replace(query=parts.query[:-4] + "beef"),
        lambda parts: parts._replace(query=""),
    ],
    ids=["another tenant's place", "longer", "another signature", "no signature"],
)
def test_a_url_is_good_for_one_place_and_time(
    asking: Asking, change: Callable[[object], object]
) -> None:
    _, url = offered(asking())
    changed = urlunsplit(change(urlsplit(url)))  # type: ignore[call-overload] # split and put together

    assert changed != url
    assert httpx.put(changed, content=b"x").status_code == 403
    assert httpx.get(url).status_code == 403


def test_an_upload_that_is_too_large_is_refused_and_erased(asking: Asking, desk: Desk) -> None:
    client = asking()
    source, url = offered(client)
    httpx.put(url, content=bytes(1_000_001))
    answer = client.post("/v1/uploads/complete", json={"source": source})

    assert (answer.status_code, answer.json()["type"]) == (413, "urn:swaddle:problem:too-large")
    assert desk.blobs.erase(f"lab/{source}/") == 0


def test_uploads_are_submitted_together(asking: Asking) -> None:
    client = asking()
    lines = []
    for number in range(3):
        key = {"Idempotency-Key": f"visit {number}"}
        upload = client.post("/v1/uploads", headers=key).json()
        stored = httpx.put(upload["url"], content=b"no video")
        digest = "0" * 64
        lines.append({"source": upload["source"], "size": 8, "sha256": digest})
        assert stored.status_code == 200
    content = "\n".join(json.dumps(line) for line in lines)
    batch = client.post("/v1/batches", content=content, headers=KEY)

    assert (batch.status_code, batch.json()["videos"]) == (202, 3)


def test_a_batch_does_not_change_what_was_submitted_before(asking: Asking, desk: Desk) -> None:
    client = asking()
    source, url = offered(client)
    httpx.put(url, content=b"no video")
    client.post("/v1/uploads/complete", json={"source": source})
    httpx.put(url, content=b"another")
    line = json.dumps({"source": source, "size": 7, "sha256": "0" * 64})
    answer = client.post("/v1/batches", content=line, headers=KEY)
    with desk.blobs.open(desk.ledger.find(VideoId(source)).source.key) as stream:
        kept = stream.read()

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:swaddle:problem:key-reused")
    assert kept == b"no video"
