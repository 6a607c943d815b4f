"""What a platform's clients ask for beside videos: consents, second attempts, turns, webhooks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from time import monotonic

from standardwebhooks import Webhook as Verifier
from starlette.testclient import TestClient

from swaddle.adapters.httpcore.webhook_sender import HttpcoreWebhookSender
from swaddle.coordinator.next_steps import waits_for
from swaddle.coordinator.notifying import notify
from swaddle.entrypoints.http.desk import Desk
from swaddle.entrypoints.http.pace import Pace
from swaddle.kernel.access import Role
from swaddle.kernel.errors import Unavailable
from swaddle.kernel.identifiers import BlobKey, Tenant, VideoId
from swaddle.kernel.life import State
from swaddle.kernel.messages import Priority
from swaddle.kernel.worker import failure
from tests.contracts.web import serving
from tests.e2e.asking import KEY, Later, awaited, submitted

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
    awaited(client, video, State.RECEIVED)
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
