"""The API, on the embedded adapters: what machines may ask, and what they are told."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from swaddle import bootstrap
from swaddle.coordinator.erasing import SECOND_SWEEP, sweep_erased
from swaddle.entrypoints.http.app import make_app
from swaddle.entrypoints.http.desk import Desk
from swaddle.entrypoints.serving import working
from swaddle.kernel import audit
from swaddle.kernel.access import Grant, Role
from swaddle.kernel.identifiers import BlobKey, Tenant, VideoId
from swaddle.kernel.life import State
from swaddle.kernel.plan import read_plan
from swaddle.scenes.rendering import Moment
from swaddle.settings import Settings
from tests.e2e.asking import EXPIRES, KEY, Later, awaited, submitted


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


@pytest.mark.models
def test_a_video_goes_in_comes_out_anonymized_and_is_rendered_again(
    settings: Settings,
    models: Path,
    rendered: Callable[[str], tuple[Path, list[Moment]]],
    tmp_path: Path,
) -> None:
    del models
    clip, _ = rendered("hard-cut")
    settings.run_folder.mkdir()
    with working(settings, list(bootstrap.STAGES)) as (desk, _):
        grant = Grant(tenant=Tenant("lab"), role=Role.REVIEWER, holder="R", expires=EXPIRES)
        desk.tokens.issue("token", grant)
        headers = {"Authorization": "Bearer token"}
        with TestClient(make_app(desk), headers=headers) as client:
            video = submitted(client, clip.read_bytes())
            seen = awaited(client, video, State.RELEASED, State.HELD, State.FAILED)
            output = client.get(f"/v1/videos/{video}/output")
            manifest = client.get(f"/v1/videos/{video}/manifest")
            report = client.get(f"/v1/videos/{video}/report")
            receipt = client.get(f"/v1/videos/{video}/receipt")
            plan = client.get(f"/v1/videos/{video}/plan")
            answer = client.post(f"/v1/videos/{video}/overrides", content=plan.content)
            revised = awaited(client, video, State.RELEASED, State.FAILED, revision=1)
            second = client.get(f"/v1/videos/{video}/manifest")

    assert seen["state"] == "released", seen
    assert output.headers["content-type"] == "video/mp4"
    assert manifest.json()["testimony"]["counts"]["subjects"] == 2
    assert "<html" in report.text
    assert receipt.status_code == 404
    assert [p.shape + p.texture for p in read_plan(plan.content).people] == [(), ()]
    assert answer.status_code == 202
    assert revised["state"] == "released", revised
    counts = [told.json()["testimony"]["counts"]["faces"] for told in (manifest, second)]
    assert counts[0] == counts[1]
    assert counts[0]["swap"] > 0
