"""Many videos at once: uploaded before, named in a manifest."""

from collections.abc import AsyncIterator, Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field, ValidationError
from starlette.concurrency import run_in_threadpool

from swaddle.kernel.access import Grant
from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import NotFound
from swaddle.kernel.identifiers import VideoId
from swaddle.kernel.life import RESTING, State, Video

from .desk import Desk, OpenDesk, Submitter, agreed, named
from .problems import Problem, described, first_fault
from .submitting import (
    Key,
    Submission,
    name_of,
    offered,
    recorded,
    source_of,
    submitted,
    take_over,
    upload_of,
)
from .views import BatchView, body_of

router = APIRouter(
    prefix="/v1/batches",
    responses=described(HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
)

LINES: Final = 2_000
"""Of a manifest: an archive is submitted in several. Each line costs some milliseconds."""
LINE_BYTES: Final = 4096


class Line(Submission):
    """One video of a manifest: where it was uploaded to, what it holds, what is to be done."""

    size: Annotated[int, Field(gt=0)]
    """In bytes."""
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    """Of the file: a video that is another one fails."""
    priority: Literal["interactive", "bulk"] = "bulk"
    """A batch may take a night."""


@router.post(
    "",
    status_code=HTTPStatus.ACCEPTED,
    openapi_extra=body_of("application/jsonl", {"type": "string"}),
)
async def submit_batch(
    request: Request, response: Response, caller: Submitter, desk: OpenDesk, key: Key
) -> BatchView:
    """
    Submit many uploaded videos: the body has one JSON object on each line.

    All of them, or none where a line is broken or its upload missing. Each line gives `source`,
    `size` and `sha256`, and whatever else `POST /v1/uploads/complete` takes.
    """
    lines = [line async for line in _lines(request)]
    batch = name_of(caller, f"batch {key}")
    view = await run_in_threadpool(_submit, desk, caller, batch, lines)
    response.headers["Location"] = f"/v1/batches/{batch}"
    return view


@router.get("/{batch}")
def one_batch(batch: str, caller: Submitter, desk: OpenDesk) -> BatchView:
    """Say where the videos of a batch stand."""
    states = desk.ledger.batch(caller.tenant, named(batch))
    if not states:
        raise Problem(HTTPStatus.NOT_FOUND, "notfound", "There is no such batch.")
    return _view(batch, states)


async def _lines(request: Request) -> AsyncIterator[Line]:
    """Read no more than one line ahead, and no more than `LINES` in all."""
    rest, number = b"", 0
    async for chunk in request.stream():
        *complete, rest = (rest + chunk).split(b"\n")
        for content in complete:
            number += 1
            if content.strip():
                yield _read(content, number)
        _limit(number, rest)
    if rest.strip():
        yield _read(rest, number + 1)


def _limit(number: int, rest: bytes) -> None:
    if number > LINES:
        detail = f"A manifest has at most {LINES} lines; submit several."
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-many-lines", detail)
    if len(rest) > LINE_BYTES:
        raise _broken(number + 1, f"it has more than {LINE_BYTES} bytes")


def _read(content: bytes, number: int) -> Line:
    try:
        return Line.model_validate_json(content, strict=False)
    except ValidationError as error:
        place, why = first_fault(error.errors())
        raise _broken(number, f"{place}: {why}" if place else "it is no JSON") from None


def _broken(number: int, why: str) -> Problem:
    detail = f"Line {number} of the manifest is broken, nothing was submitted: {why}."
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "broken-line", detail)


def _submit(desk: Desk, caller: Grant, batch: VideoId, lines: Sequence[Line]) -> BatchView:
    if not lines:
        raise Problem(HTTPStatus.BAD_REQUEST, "empty", "The body holds no manifest.")
    if len({line.source for line in lines}) < len(lines):
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "repeated", "Two lines name one upload.")
    known = sum(desk.ledger.batch(caller.tenant, batch).values())
    if known not in (0, len(lines)):
        raise _reused()
    videos = [_video(desk, caller, batch, number, line) for number, line in enumerate(lines, 1)]
    if not known:
        _take_over(desk, caller, videos)
    with desk.ledger.together():
        admitted = [_admitted(desk, video, again=known > 0) for video in videos]
    states = desk.ledger.batch(caller.tenant, batch)
    desk.publish(*(submitted(video) for video in admitted if not video.at_rest))
    return _view(batch, states)


def _video(desk: Desk, caller: Grant, batch: VideoId, number: int, line: Line) -> Video:
    agreed(line.consent().allows_processing(desk.today))
    video_id = VideoId(line.source)
    if line.size > desk.settings.max_upload_bytes:
        raise _broken(number, "the video is too large")
    # What it holds is compared with the manifest when it is read: see `Ingest`.
    source = Blob(key=source_of(caller, video_id), size=line.size, sha256=line.sha256)
    return offered(desk, caller, source, line, video_id, batch)


def _take_over(desk: Desk, caller: Grant, videos: Sequence[Video]) -> None:
    """Look first, then move: where one is missing, nothing was touched."""
    for number, video in enumerate(videos, 1):
        if recorded(desk, video.video_id) is not None:
            # Whatever was uploaded again since: what was submitted stays.
            raise _reused()
        try:
            with desk.blobs.open(upload_of(caller, video.video_id)):
                pass
        except NotFound:
            raise _broken(number, "nothing was uploaded under this name") from None
    for video in videos:
        take_over(desk, caller, video.video_id)


def _admitted(desk: Desk, video: Video, *, again: bool) -> Video:
    """Admit a video; of a batch that is there already, find it: the key is for these alone."""
    try:
        known = desk.ledger.find(video.video_id) if again else desk.ledger.admit(video)
    except NotFound:
        raise _reused() from None
    if (known.source, known.order, known.batch) != (video.source, video.order, video.batch):
        raise _reused()
    return known


def _reused() -> Problem:
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "key-reused",
        "This Idempotency-Key, or one of the uploads, was used for something else.",
    )


def _view(batch: str, states: Mapping[State, int]) -> BatchView:
    return BatchView(
        id=batch,
        videos=sum(states.values()),
        states=dict(states),
        finished=all(state in RESTING for state in states),
    )
