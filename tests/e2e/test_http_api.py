"""The API, on the embedded adapters: what machines may ask, and what they are told."""

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier
from starlette.testclient import TestClient

from swaddle import bootstrap
from swaddle.adapters.httpcore.webhook_sender import HttpcoreWebhookSender
from swaddle.coordinator.erasing import SECOND_SWEEP, sweep_erased
from swaddle.coordinator.next_steps import waits_for
from swaddle.coordinator.notifying import notify
from swaddle.entrypoints.http.app import make_app
from swaddle.entrypoints.http.desk import Desk
from swaddle.entrypoints.http.pace import Pace
from swaddle.entrypoints.serving import working
from swaddle.kernel import audit
from swaddle.kernel.access import Grant, Role
from swaddle.kernel.errors import Unavailable
from swaddle.kernel.identifiers import BlobKey, Tenant, VideoId
from swaddle.kernel.life import State
from swaddle.kernel.messages import Priority
from swaddle.kernel.worker import failure
from swaddle.scenes.rendering import Moment
from swaddle.settings import Settings
from tests.contracts.web import serving

EXPIRES = datetime(2100, 1, 1, tzinfo=UTC)
KEY = {"Idempotency-Key": "visit 7"}


@dataclass(frozen=True)
class Later:
    """A clock that goes ahead."""

    by: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by  # noqa: TID251 - a test of times


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        run_folder=tmp_path / "run",
        config_folder=tmp_path / "config",
        ledger_url=f"sqlite:///{tmp_path}/ledger.sqlite",
        max_upload_bytes=5_000_000,
    )


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    """The coordinator alone: nobody works on what is submitted."""
    settings.run_folder.mkdir()
    with working(settings, ["coordinator"]) as (desk, _):
        yield desk


@pytest.fixture
def asking(desk: Desk) -> Iterator[Callable[..., TestClient]]:
    clients = []

    def client(
        tenant: str = "lab", role: Role = Role.SUBMITTER, **changes: datetime
    ) -> TestClient:
        token = f"{tenant}-{role}-{len(clients)}"
        grant = Grant(tenant=Tenant(tenant), role=role, holder="Dr. Who", expires=EXPIRES)
        desk.tokens.issue(token, replace(grant, **changes))
        made = TestClient(make_app(desk), headers={"Authorization": f"Bearer {token}"})
        clients.append(made)
        return made

    yield client
    for made in clients:
        made.close()


def submitted(client: TestClient, content: bytes = b"no video", key: str = "visit 7") -> str:
    answer = client.post("/v1/videos", content=content, headers={"Idempotency-Key": key})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def awaited(client: TestClient, video: str, *states: State) -> dict[str, Any]:
    deadline = monotonic() + 300
    while monotonic() < deadline:
        seen: dict[str, Any] = client.get(f"/v1/videos/{video}").json()
        if seen["state"] in states:
            return seen
        sleep(0.1)
    pytest.fail(f"The video is {seen['state']}.")


def test_a_submitted_video_has_a_place(asking: Callable[..., TestClient]) -> None:
    client = asking()
    answer = client.post("/v1/videos", content=b"no video", headers=KEY)
    seen = client.get(answer.headers["location"]).json()

    assert answer.status_code == 202
    assert seen["id"] == answer.json()["id"]
    assert seen["state"] == "received"


def test_the_same_request_twice_is_one_video(asking: Callable[..., TestClient]) -> None:
    client = asking()

    assert submitted(client) == submitted(client)
    assert len(client.get("/v1/videos").json()["videos"]) == 1


def test_a_key_is_for_one_video_and_one_order(asking: Callable[..., TestClient]) -> None:
    client = asking()
    submitted(client)
    other = client.post("/v1/videos", content=b"another", headers=KEY)
    order = client.post("/v1/videos?method=blur", content=b"no video", headers=KEY)

    assert (other.status_code, order.status_code) == (422, 422)
    assert other.json()["type"] == "urn:swaddle:problem:key-reused"


def test_the_name_of_a_video_tells_nothing_of_its_key(asking: Callable[..., TestClient]) -> None:
    assert "emma" not in submitted(asking(), key="emma_smith")


@pytest.mark.parametrize("header", [None, "", "Bearer wrong", "Basic lab-submitter-0", "Bearer"])
def test_who_has_no_token_gets_nothing(desk: Desk, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    with TestClient(make_app(desk), headers=headers) as client:
        answer = client.get("/v1/videos")

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"


def test_an_expired_token_is_no_token(asking: Callable[..., TestClient]) -> None:
    client = asking(expires=datetime(2020, 1, 1, tzinfo=UTC))

    assert client.get("/v1/videos").status_code == 401


def test_a_revoked_token_is_no_token(asking: Callable[..., TestClient], desk: Desk) -> None:
    client = asking()

    assert desk.tokens.revoke(Tenant("lab"), "Dr. Who") == 1
    assert client.get("/v1/videos").status_code == 401


def test_another_tenants_video_is_not_there_in_any_route(
    asking: Callable[..., TestClient], desk: Desk
) -> None:
    video = submitted(asking("lab"))
    stranger = asking("ward", Role.ADMIN)
    schema = stranger.get("/openapi.json").json()
    walked = 0
    for path, operations in schema["paths"].items():
        if "{video_id}" not in path:
            continue
        place = re.sub(r"\{part\}", "report", path.replace("{video_id}", video))
        for method in operations:
            body = {"json": {"revision": 0, "reason": "x"}} if method in ("post", "put") else {}
            answer = stranger.request(method, place, **body)
            walked += 1

            assert answer.status_code == 404, (method, path)
            assert answer.json()["detail"] == "There is no such video."
    assert walked >= 11
    assert desk.ledger.find(VideoId(video)).state is State.RECEIVED
    assert stranger.get("/v1/videos").json()["videos"] == []


def test_reviews_need_a_reviewer(asking: Callable[..., TestClient]) -> None:
    submitter = asking()
    video = submitted(submitter)
    answer = submitter.post(f"/v1/videos/{video}/approve", json={"revision": 0, "reason": "x"})

    assert answer.status_code == 403


def test_what_is_not_held_cannot_be_approved(asking: Callable[..., TestClient]) -> None:
    reviewer = asking(role=Role.REVIEWER)
    video = submitted(reviewer)
    answer = reviewer.post(f"/v1/videos/{video}/approve", json={"revision": 0, "reason": "x"})

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:swaddle:problem:not-held")


def test_what_was_not_released_is_not_handed_out(asking: Callable[..., TestClient]) -> None:
    client = asking()
    video = submitted(client)

    assert client.get(f"/v1/videos/{video}/output").status_code == 409
    for part in ("report", "manifest", "receipt", "source", "private"):
        assert client.get(f"/v1/videos/{video}/{part}").status_code == 404


def test_a_video_that_is_too_large_is_refused_and_not_kept(
    asking: Callable[..., TestClient], settings: Settings
) -> None:
    answer = asking().post("/v1/videos", content=bytes(6_000_000), headers=KEY)

    assert answer.status_code == 413
    assert not list(settings.run_folder.rglob("source"))


def test_a_request_that_says_too_little_is_a_problem(asking: Callable[..., TestClient]) -> None:
    client = asking()
    answers = [
        client.post("/v1/videos", content=b"x"),
        client.post("/v1/videos?method=magic", content=b"x", headers=KEY),
        client.get("/v1/videos?limit=0"),
    ]

    assert [a.status_code for a in answers] == [422] * 3
    assert all(a.headers["content-type"] == "application/problem+json" for a in answers)
    assert "magic" not in answers[1].text
    assert client.post("/v1/videos", content=b"", headers=KEY).status_code == 400


def test_pages_hold_every_video_once(asking: Callable[..., TestClient]) -> None:
    client = asking()
    videos = {submitted(client, key=f"visit {number}") for number in range(7)}
    seen, cursor = [], None
    while True:
        query = {"limit": 3, **({"cursor": cursor} if cursor else {})}
        page = client.get("/v1/videos", params=query).json()
        seen += [video["id"] for video in page["videos"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert sorted(seen) == sorted(videos)


def test_a_cancelled_video_ends(asking: Callable[..., TestClient]) -> None:
    client = asking()
    video = submitted(client)
    client.post(f"/v1/videos/{video}/cancel")
    awaited(client, video, State.CANCELLED)
    again = client.post(f"/v1/videos/{video}/cancel")
    with client.stream("GET", f"/v1/videos/{video}/events") as stream:
        told = "".join(stream.iter_text())

    assert again.status_code == 409
    assert told.startswith("event: cancelled\n")


def test_what_is_erased_does_not_come_back(asking: Callable[..., TestClient], desk: Desk) -> None:
    client = asking()
    video = submitted(client)
    receipt = client.delete(f"/v1/videos/{video}").json()
    # A worker that was under way writes once more.
    desk.blobs.put(BlobKey(f"lab/{video}/detect/0/x"), io.BytesIO(b"late"))
    early = sweep_erased(desk.ledger, desk.blobs, desk.clock)
    confirmed = sweep_erased(desk.ledger, desk.blobs, Later(SECOND_SWEEP + timedelta(minutes=1)))
    again = client.delete(f"/v1/videos/{video}").json()

    assert receipt["confirmed"] is None
    assert (early, confirmed) == (0, 1)
    assert again["confirmed"] is not None
    assert desk.blobs.erase(f"lab/{video}/") == 0
    audit.verify(desk.ledger.history(VideoId(video)))
    assert submitted(client) == video
    assert client.get(f"/v1/videos/{video}").json()["state"] == "erased"


# --- consents ------------------------------------------------------------------------------------


def test_what_nobody_agreed_to_is_not_taken(asking: Callable[..., TestClient]) -> None:
    client = asking()
    refused = [
        client.post("/v1/videos?consent_processing=false", content=b"x", headers=KEY),
        client.post("/v1/videos?consent_until=2020-01-01", content=b"x", headers=KEY),
    ]

    assert [answer.status_code for answer in refused] == [403, 403]
    assert refused[0].json()["type"] == "urn:swaddle:problem:no-consent"
    assert client.get("/v1/videos").json()["videos"] == []


def test_a_consent_that_is_withdrawn_ends_the_work(asking: Callable[..., TestClient]) -> None:
    client = asking(role=Role.REVIEWER)
    video = submitted(client)
    given = {"consent_reference": "form-7", "consent_processing": False}
    seen = client.put(f"/v1/videos/{video}/consent", json=given).json()
    later = client.post(f"/v1/videos/{video}/retry")

    assert (seen["state"], seen["consent"]["reference"]) == ("cancelled", "form-7")
    assert later.status_code == 403


def test_what_may_not_be_shared_is_not_handed_out(
    asking: Callable[..., TestClient], desk: Desk
) -> None:
    client = asking()
    video = submitted(client)
    output = desk.blobs.put(BlobKey(f"lab/{video}/out"), b"anonymized")
    released = replace(desk.ledger.find(VideoId(video)), state=State.RELEASED, output=output)
    desk.ledger.change(VideoId(video), lambda _: released, "Event")
    before = client.get(f"/v1/videos/{video}/output")
    client.put(f"/v1/videos/{video}/consent", json={"consent_sharing": False})
    after = client.get(f"/v1/videos/{video}/output")

    assert before.content == b"anonymized"
    assert (after.status_code, after.json()["type"]) == (403, "urn:swaddle:problem:no-consent")


def test_a_reference_is_a_number_and_no_name(asking: Callable[..., TestClient]) -> None:
    client = asking()
    answer = client.post(
        "/v1/videos", params={"consent_reference": "Emma Smith"}, content=b"x", headers=KEY
    )

    assert answer.status_code == 422
    assert "Emma" not in answer.text


# --- again ---------------------------------------------------------------------------------------


def test_a_failed_video_is_tried_again_when_somebody_asks(
    asking: Callable[..., TestClient], desk: Desk
) -> None:
    client = asking()
    video = submitted(client)
    early = client.post(f"/v1/videos/{video}/retry")
    (command,) = waits_for(desk.ledger.find(VideoId(video)))
    desk.bus.publish(failure(command, "ingest", Unavailable("no")))
    awaited(client, video, State.FAILED)
    client.post(f"/v1/videos/{video}/retry")
    seen = awaited(client, video, State.RECEIVED)

    assert early.status_code == 409
    assert (seen["retries"], seen["error"]) == (1, "")


# --- how often, and how many at once -------------------------------------------------------------


def test_who_asks_too_often_is_told_when_to_come_back(
    asking: Callable[..., TestClient], desk: Desk
) -> None:
    patient = replace(desk, pace=Pace(5))
    first, other = asking(), asking("ward")
    for client in (first, other):
        client.app.state.desk = patient  # type: ignore[attr-defined] # Starlette's
    answers = [first.get("/v1/videos") for _ in range(7)]
    refused = answers[-1]

    assert [a.status_code for a in answers[:5]] == [200] * 5
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:swaddle:problem:too-often")
    assert 1 <= int(refused.headers["retry-after"]) <= 61
    assert other.get("/v1/videos").status_code == 200


def test_a_tenant_with_many_videos_does_not_keep_another_waiting(
    asking: Callable[..., TestClient], desk: Desk
) -> None:
    lab, ward = asking("lab"), asking("ward")
    videos = [submitted(lab, key=f"visit {number}") for number in range(22)]
    urgent = submitted(ward)
    waiting = {v: lab.get(f"/v1/videos/{v}").json()["waiting"] for v in videos}
    deadline = monotonic() + 60
    while sum(waiting.values()) != 2 and monotonic() < deadline:
        waiting = {v: lab.get(f"/v1/videos/{v}").json()["waiting"] for v in videos}
    lab.post(f"/v1/videos/{videos[0]}/cancel")
    awaited(lab, videos[0], State.CANCELLED)
    left = desk.ledger.queues()

    assert [v for v in videos if waiting[v]] == videos[20:]
    assert left == {(Tenant("lab"), Priority.INTERACTIVE): 1}
    assert ward.get(f"/v1/videos/{urgent}").json()["waiting"] is False


# --- webhooks ------------------------------------------------------------------------------------


def test_a_webhook_hears_what_became_of_a_video(
    asking: Callable[..., TestClient], desk: Desk, tmp_path: Path
) -> None:
    admin = asking(role=Role.ADMIN)
    with serving(tmp_path) as (server, context):
        sender = HttpcoreWebhookSender((ip_network("127.0.0.0/8"), ip_network("::1")), context)
        admin.app.state.desk = replace(desk, sender=sender)  # type: ignore[attr-defined] # Starlette's
        url = f"https://{server.place}/heard"
        made = admin.post("/v1/webhooks", json={"url": url}).json()
        video = submitted(admin)
        admin.post(f"/v1/videos/{video}/cancel")
        awaited(admin, video, State.CANCELLED)
        told = 0
        while not told:
            # The desk's own thread may have asked first, and was refused: this address is private.
            told = notify(desk.webhooks, sender, desk.keys, Later(timedelta(minutes=4)))
        ((_, headers, body),) = server.heard

    assert Verifier(made["secret"]).verify(body, headers)["data"] == {
        "id": video,
        "state": "cancelled",
    }
    assert made["secret"] not in admin.get("/v1/webhooks").text


def test_webhooks_are_the_admins_and_lead_outside(asking: Callable[..., TestClient]) -> None:
    admin, submitter = asking(role=Role.ADMIN), asking()
    private = admin.post("/v1/webhooks", json={"url": "https://169.254.169.254/latest/meta-data"})

    assert submitter.post("/v1/webhooks", json={"url": "https://1.1.1.1/"}).status_code == 403
    assert (private.status_code, private.json()["type"]) == (400, "urn:swaddle:problem:misused")
    assert admin.get("/v1/webhooks").json() == []


def test_a_tenant_has_a_few_webhooks_and_forgets_them(asking: Callable[..., TestClient]) -> None:
    admin, stranger = asking(role=Role.ADMIN), asking("ward", Role.ADMIN)
    made = [admin.post("/v1/webhooks", json={"url": "https://1.1.1.1/"}) for _ in range(11)]
    place = f"/v1/webhooks/{made[0].json()['id']}"

    assert [a.status_code for a in made] == [201] * 10 + [409]
    assert stranger.delete(place).status_code == 404
    assert admin.delete(place).status_code == 204
    assert admin.delete(place).status_code == 404
    assert stranger.get("/v1/webhooks").json() == []


# --- batches -------------------------------------------------------------------------------------


def uploaded(desk: Desk, names: Sequence[str], tenant: str = "lab") -> list[dict[str, Any]]:
    """Put something where uploads lie, and return the lines of a manifest that names it."""
    lines = []
    for name in names:
        source = hashlib.sha256(name.encode()).hexdigest()[:24]
        blob = desk.blobs.put(BlobKey(f"{tenant}/{source}/source"), name.encode())
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


@pytest.mark.models
def test_a_video_goes_in_and_comes_out_anonymized(
    settings: Settings,
    models: Path,
    rendered: Callable[[str], tuple[Path, list[Moment]]],
    tmp_path: Path,
) -> None:
    del models
    clip, _ = rendered("hard-cut")
    settings.run_folder.mkdir()
    with working(settings, list(bootstrap.STAGES)) as (desk, _):
        grant = Grant(tenant=Tenant("lab"), role=Role.SUBMITTER, holder="R", expires=EXPIRES)
        desk.tokens.issue("token", grant)
        headers = {"Authorization": "Bearer token"}
        with TestClient(make_app(desk), headers=headers) as client:
            video = submitted(client, clip.read_bytes())
            seen = awaited(client, video, State.RELEASED, State.HELD, State.FAILED)
            output = client.get(f"/v1/videos/{video}/output")
            manifest = client.get(f"/v1/videos/{video}/manifest")
            report = client.get(f"/v1/videos/{video}/report")
            receipt = client.get(f"/v1/videos/{video}/receipt")

    assert seen["state"] == "released", seen
    assert output.headers["content-type"] == "video/mp4"
    assert manifest.json()["testimony"]["counts"]["subjects"] == 2
    assert "<html" in report.text
    assert receipt.status_code == 404
