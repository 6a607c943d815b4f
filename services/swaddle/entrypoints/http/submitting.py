"""Videos come in: as the body of a request, or through a URL of the store."""

import hashlib
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from swaddle.kernel.access import Grant
from swaddle.kernel.blobs import Blob, sha256_of
from swaddle.kernel.errors import NotFound
from swaddle.kernel.identifiers import BlobKey, VideoId
from swaddle.kernel.life import Video
from swaddle.kernel.messages import AudioMode, Order, Priority, VideoSubmitted
from swaddle.kernel.plan import Method

from .desk import Desk, Name, OpenDesk, Submitter, agreed
from .problems import Problem, described
from .views import ConsentView, UploadView, VideoView, body_of

router = APIRouter(
    prefix="/v1",
    responses=described(
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ),
)

URL_LIFETIME: Final = timedelta(minutes=15)
SEGMENT_FRAMES: Final = 300
IDEMPOTENCY_KEY: Final = 200
"""Characters of an Idempotency-Key at most."""


class OrderView(ConsentView):
    """What is to be done with a video."""

    method: Literal["synthetic", "blur", "pixelate", "blackout"] = "synthetic"
    """What becomes of each face."""
    audio: Literal["keep", "drop"] = "keep"
    """What becomes of the sound."""
    container: Literal["mp4", "mov", "mkv"] = "mp4"
    """Of the output."""
    priority: Literal["interactive", "bulk"] = "interactive"
    """Who goes first: `interactive` where somebody is waiting."""
    cohort: Annotated[str, Field(max_length=200)] = ""
    """Videos of one cohort give one person one identity; empty: the video stands alone."""

    def order(self) -> Order:
        """Return it in the words of the pipeline."""
        return Order(
            method=Method(self.method),
            audio=AudioMode(self.audio),
            container=self.container,
            segment_frames=SEGMENT_FRAMES,
            cohort=self.cohort,
            priority=Priority(self.priority),
        )


class Submission(OrderView):
    """A video that was uploaded through a URL."""

    source: Name
    """What `POST /v1/uploads` called it."""


Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=IDEMPOTENCY_KEY)]


@router.post(
    "/videos",
    status_code=HTTPStatus.ACCEPTED,
    openapi_extra=body_of("application/octet-stream", {"type": "string", "format": "binary"}),
)
async def submit_body(
    request: Request,
    response: Response,
    caller: Submitter,
    desk: OpenDesk,
    key: Key,
    order: Annotated[OrderView, Query()],
) -> VideoView:
    """
    Submit a video: the body is the file, the query says what is to be done.

    The same `Idempotency-Key` with the same video and order is the same request.
    """
    agreed(order.consent().allows_processing(desk.today))
    video_id = name_of(caller, key)
    limit = desk.settings.max_upload_bytes
    with desk.scratch.file() as file:
        digest, size = hashlib.sha256(), 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise Problem(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    "too-large",
                    f"The video is larger than {limit} bytes.",
                )
            digest.update(chunk)
            await run_in_threadpool(file.write, chunk)
        if size == 0:
            raise Problem(HTTPStatus.BAD_REQUEST, "empty", "The body holds no video.")
        known = await run_in_threadpool(recorded, desk, video_id)
        if known is None:
            file.seek(0)
            place = source_of(caller, video_id)
            source = await run_in_threadpool(desk.blobs.put, place, file)
        else:
            source = Blob(key=known.source.key, size=size, sha256=digest.hexdigest())
    return await run_in_threadpool(_accept, desk, caller, video_id, source, order, response)


@router.post("/uploads")
def upload(caller: Submitter, desk: OpenDesk, key: Key) -> UploadView:
    """Ask for a URL to upload a video to, past this service."""
    store = desk.blobs
    url = getattr(store, "upload_url", None)
    if url is None:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "no-uploads",
            "This store gives out no URLs; send the video as the body of POST /v1/videos.",
        )
    video_id = name_of(caller, key)
    return UploadView(
        source=video_id,
        url=url(upload_of(caller, video_id), URL_LIFETIME),
        expires_in_s=int(URL_LIFETIME.total_seconds()),
    )


@router.post("/uploads/complete", status_code=HTTPStatus.ACCEPTED)
def submit_upload(
    submission: Submission, response: Response, caller: Submitter, desk: OpenDesk
) -> VideoView:
    """Submit a video that was uploaded."""
    agreed(submission.consent().allows_processing(desk.today))
    video_id = VideoId(submission.source)
    known = recorded(desk, video_id)
    if known is not None and known.tenant == caller.tenant:
        return _accept(desk, caller, video_id, known.source, submission, response)
    try:
        take_over(desk, caller, video_id)
    except NotFound:
        detail = "Nothing was uploaded under this name."
        raise Problem(HTTPStatus.NOT_FOUND, "notfound", detail) from None
    source = _measured(desk, source_of(caller, video_id))
    return _accept(desk, caller, video_id, source, submission, response)


def name_of(caller: Grant, key: str) -> VideoId:
    """Return the same name for the same key of a tenant, and one that tells nothing of it."""
    digest = hashlib.sha256(f"{caller.tenant}\0{key}".encode()).hexdigest()
    return VideoId(digest[:24])


def source_of(caller: Grant, video_id: VideoId) -> BlobKey:
    """Return where the original of a video lies: below its tenant, whoever says what."""
    return BlobKey(f"{caller.tenant}/{video_id}/source")


def upload_of(caller: Grant, video_id: VideoId) -> BlobKey:
    """Return where an upload lies: whoever has its URL can write it again."""
    return BlobKey(f"{caller.tenant}/{video_id}/upload")


def take_over(desk: Desk, caller: Grant, video_id: VideoId) -> None:
    """Move an upload to where nobody writes but us; raises NotFound."""
    upload = upload_of(caller, video_id)
    desk.blobs.copy(upload, source_of(caller, video_id))
    desk.blobs.erase(upload)


def offered(
    desk: Desk, caller: Grant, source: Blob, wanted: OrderView, video_id: VideoId, batch: str = ""
) -> Video:
    """Return a video as it begins."""
    return Video(
        video_id=video_id,
        tenant=caller.tenant,
        source=source,
        order=wanted.order(),
        waiting=desk.settings.admitted_videos > 0,
        batch=batch,
        consent=wanted.consent(),
    )


def submitted(video: Video) -> VideoSubmitted:
    """Return what is said of a video that was recorded."""
    return VideoSubmitted(
        **video.about,
        source=video.source,
        order=video.order,
    )


def recorded(desk: Desk, video_id: VideoId) -> Video | None:
    """Return a video that was submitted before, whoever it belongs to."""
    try:
        return desk.ledger.find(video_id)
    except NotFound:
        return None


def _measured(desk: Desk, place: BlobKey) -> Blob:
    with desk.blobs.open(place) as stream:
        digest, size = sha256_of(stream), stream.tell()
    if size > desk.settings.max_upload_bytes:
        desk.blobs.erase(place)
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "The video is too large.")
    return Blob(key=place, size=size, sha256=digest)


def _accept(
    desk: Desk,
    caller: Grant,
    video_id: VideoId,
    source: Blob,
    wanted: OrderView,
    response: Response,
) -> VideoView:
    known = desk.ledger.admit(offered(desk, caller, source, wanted, video_id))
    if (known.source.sha256, known.order) != (source.sha256, wanted.order()):
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "key-reused",
            "This Idempotency-Key was used for another video or order.",
        )
    desk.publish(submitted(known))
    response.headers["Location"] = f"/v1/videos/{video_id}"
    response.headers["Retry-After"] = "2"
    return VideoView.of(known)
