"""What people decide about videos: release, refuse, cancel, edit, erase."""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from swaddle.coordinator import consenting, erasing
from swaddle.entrypoints.api import check_plan
from swaddle.kernel.access import Grant
from swaddle.kernel.identifiers import BlobKey
from swaddle.kernel.life import RESTING, State, Video
from swaddle.kernel.messages import CancelRequested, PlanRevised, RetryRequested, ReviewConcluded
from swaddle.kernel.plan import read_plan
from swaddle.kernel.publishing import completed

from .desk import Desk, OpenDesk, OwnVideo, Reviewer, Submitter, agreed
from .problems import Problem, described
from .views import ConsentView, ReceiptView, Review, VideoView, body_of

router = APIRouter(
    prefix="/v1/videos/{video_id}",
    responses=described(
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        HTTPStatus.GONE,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ),
)

PLAN_BYTES: Final = 16 << 20


@router.post("/approve", status_code=HTTPStatus.ACCEPTED)
def approve(review: Review, video: OwnVideo, caller: Reviewer, desk: OpenDesk) -> VideoView:
    """Release a held video on the reviewer's responsibility; the manifest names the reviewer."""
    return _reviewed(review, video, caller, desk, approved=True)


@router.post("/reject", status_code=HTTPStatus.ACCEPTED)
def reject(review: Review, video: OwnVideo, caller: Reviewer, desk: OpenDesk) -> VideoView:
    """Refuse a held video: it ends as cancelled."""
    return _reviewed(review, video, caller, desk, approved=False)


@router.post("/cancel", status_code=HTTPStatus.ACCEPTED)
def cancel(video: OwnVideo, _: Submitter, desk: OpenDesk) -> VideoView:
    """Stop working on a video."""
    if video.state in RESTING:
        raise Problem(HTTPStatus.CONFLICT, "ended", f"The video is {video.state.value}.")
    desk.publish(CancelRequested(**video.about))
    return VideoView.of(video)


@router.post(
    "/overrides",
    status_code=HTTPStatus.ACCEPTED,
    openapi_extra=body_of("application/json", {"type": "object"}),
)
async def override(request: Request, video: OwnVideo, _: Reviewer, desk: OpenDesk) -> VideoView:
    """Render an edited plan: the body is the plan, as `/plan` gives it."""
    content = bytearray()
    async for chunk in request.stream():
        content.extend(chunk)
        if len(content) > PLAN_BYTES:
            raise Problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "The plan is too large."
            )
    return await run_in_threadpool(_overridden, bytes(content), video, desk)


@router.post("/retry", status_code=HTTPStatus.ACCEPTED)
def retry(video: OwnVideo, _: Submitter, desk: OpenDesk) -> VideoView:
    """Go on with a failed video where it failed: what made it fail was mended."""
    agreed(video.consent.allows_processing(desk.today))
    if video.state is not State.FAILED or video.failed_in is None:
        raise Problem(HTTPStatus.CONFLICT, "not-failed", f"The video is {video.state.value}.")
    _with_original(video)
    desk.publish(RetryRequested(**video.about, attempt=video.retries + 1))
    return VideoView.of(video)


@router.put("/consent")
def consent(given: ConsentView, video: OwnVideo, _: Submitter, desk: OpenDesk) -> VideoView:
    """
    Say what the people in a video agree to now.

    Without consent to processing the work on it ends; without consent to sharing nothing that came
    of it is handed out. To remove what there is, erase the video.
    """
    changed = consenting.agree(desk.ledger, video.video_id, given.consent(), desk.today)
    return VideoView.of(changed)


@router.delete("")
def erase(video: OwnVideo, _: Submitter, desk: OpenDesk) -> ReceiptView:
    """
    Erase a video and everything that was made of it.

    Repeat it for the receipt: `confirmed` is set when nobody can bring anything back any more.
    """
    return ReceiptView.of(erasing.erase(desk.ledger, desk.blobs, video.video_id))


def _reviewed(
    review: Review, video: Video, caller: Grant, desk: Desk, *, approved: bool
) -> VideoView:
    if video.state is not State.HELD or review.revision != video.revision:
        detail = f"Revision {review.revision} is not held: the video is {video.state.value}."
        raise Problem(HTTPStatus.CONFLICT, "not-held", detail)
    if approved:
        agreed(video.consent.allows_processing(desk.today))
    if not review.reason.strip():
        raise Problem(HTTPStatus.BAD_REQUEST, "no-reason", "Say why.")
    desk.publish(
        ReviewConcluded(
            **video.about,
            revision=review.revision,
            approved=approved,
            reviewer=caller.holder,
            reason=review.reason.strip(),
        )
    )
    return VideoView.of(video)


def _with_original(video: Video) -> None:
    if video.cleared:
        raise Problem(HTTPStatus.GONE, "original-erased", "The original was erased.")


def _overridden(content: bytes, video: Video, desk: Desk) -> VideoView:
    if video.plan is None:
        raise Problem(HTTPStatus.CONFLICT, "no-plan", "The video has no plan yet.")
    _with_original(video)
    agreed(video.consent.allows_processing(desk.today))
    with desk.blobs.open(video.plan.key) as stream:
        recorded = read_plan(stream.read())
    plan = completed(read_plan(content), recorded)
    check_plan(plan, recorded)
    place = BlobKey(f"{video.tenant}/{video.video_id}/edited/{desk.ids.fresh()}")
    blob = desk.blobs.put(place, plan.to_json())
    desk.publish(PlanRevised(**video.about, plan=blob))
    return VideoView.of(video)
