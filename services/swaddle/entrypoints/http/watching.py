"""Where videos stand, and what came of them."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from swaddle.kernel.blobs import Blob
from swaddle.kernel.identifiers import VideoId
from swaddle.kernel.life import State, Video

from .desk import Desk, Name, OpenDesk, OwnVideo, Submitter, agreed
from .problems import Problem, described
from .views import PageView, VideoView

router = APIRouter(
    prefix="/v1/videos", responses=described(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
)

CHUNK: Final = 1 << 20
LOOK_S: Final = 0.5
"""How soon a listener hears of a change."""

PARTS: Final = {
    "manifest": "application/json",
    "signature": "application/octet-stream",
    "provenance": "application/json",
    "report": "text/html",
    "features": "application/vnd.apache.parquet",
    "plan": "application/json",
}
"""What of a certificate is handed out: not the receipt, which ties an output to its original."""

MEDIA_TYPES: Final = {"mp4": "video/mp4", "mov": "video/quicktime", "mkv": "video/x-matroska"}


def of_type(*media_types: str) -> dict[str, Any]:
    """Return what the description of a route says of an answer that is no JSON of ours."""
    content = {name: {"schema": {"type": "string"}} for name in sorted(set(media_types))}
    return {
        "response_class": StreamingResponse,
        "responses": {HTTPStatus.OK.value: {"description": "The content.", "content": content}},
    }


@router.get("")
def page(
    caller: Submitter,
    desk: OpenDesk,
    cursor: Name | None = None,
    batch: Name | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> PageView:
    """List the tenant's videos, or those of one batch."""
    after = None if cursor is None else VideoId(cursor)
    found = desk.ledger.page(caller.tenant, limit + 1, after, batch)
    shown = found[:limit]
    more = shown[-1].video_id if len(found) > limit else None
    return PageView(videos=[VideoView.of(video) for video in shown], next=more)


@router.get("/{video_id}")
def one(video: OwnVideo) -> VideoView:
    """Say where a video stands."""
    return VideoView.of(video)


@router.get("/{video_id}/events", **of_type("text/event-stream"))
async def events(video: OwnVideo, desk: OpenDesk) -> StreamingResponse:
    """Tell of every change until the video has ended (server-sent events)."""
    return StreamingResponse(_changes(desk, video), media_type="text/event-stream")


@router.get("/{video_id}/output", **of_type(*MEDIA_TYPES.values()))
def output(video: OwnVideo, desk: OpenDesk) -> StreamingResponse:
    """Return the anonymized video; one that was not released is not there."""
    if video.state is not State.RELEASED or video.output is None:
        detail = f"The video is {video.state.value}, not released."
        raise Problem(HTTPStatus.CONFLICT, "not-released", detail)
    agreed(video.consent.allows_sharing(desk.today))
    return _sent(desk, video.output, MEDIA_TYPES[video.order.container])


@router.get("/{video_id}/{part}", **of_type(*PARTS.values()))
def companion(part: str, video: OwnVideo, desk: OpenDesk) -> StreamingResponse:
    """Return what testifies to the work: manifest, signature, provenance, report, features."""
    blob = _companion(desk, video, part) if part in PARTS else None
    if blob is None:
        raise Problem(HTTPStatus.NOT_FOUND, "notfound", "There is no such part.")
    agreed(video.consent.allows_sharing(desk.today))
    return _sent(desk, blob, PARTS[part])


def _companion(desk: Desk, video: Video, part: str) -> Blob | None:
    if video.certificate is None or video.state is State.ERASED:
        return None
    with desk.blobs.open(video.certificate.key) as stream:
        found = json.load(stream)["blobs"].get(part)
    return Blob(**found) if found else None


def _sent(desk: Desk, blob: Blob, media_type: str) -> StreamingResponse:
    headers = {
        "Content-Length": str(blob.size),
        "ETag": f'"{blob.sha256}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    }
    return StreamingResponse(_chunks(desk, blob), media_type=media_type, headers=headers)


def _chunks(desk: Desk, blob: Blob) -> Iterator[bytes]:
    with desk.blobs.open(blob.key) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


async def _changes(desk: Desk, video: Video) -> AsyncIterator[str]:
    seen: VideoView | None = None
    while True:
        current = VideoView.of(await run_in_threadpool(desk.ledger.find, video.video_id))
        if current != seen:
            yield f"event: {current.state.value}\ndata: {current.model_dump_json()}\n\n"
            seen = current
        if current.finished:
            return
        await asyncio.sleep(LOOK_S)
