"""What the API says of a video. Nothing that a submitter did not give it, and no blob's key."""

from datetime import datetime

from pydantic import BaseModel

from swaddle.coordinator.erasing import Receipt
from swaddle.kernel.life import RESTING, State, TaskKey, Video


class VideoView(BaseModel):
    """Where a video stands."""

    id: str
    state: State
    method: str
    priority: str
    segments: int
    segments_rendered: int
    subjects: int
    revision: int
    """Counts the renderings: what a reviewer answers for."""
    error: str
    reason: str
    finished: bool

    @classmethod
    def of(cls, video: Video) -> "VideoView":
        """Say what may be said."""
        failed = video.state is State.FAILED
        return cls(
            id=video.video_id,
            state=video.state,
            method=video.order.method.value,
            priority=video.order.priority.value,
            segments=len(video.segments),
            segments_rendered=sum(
                TaskKey("swap", video.revision, segment.index) in video.outcomes
                for segment in video.segments
            ),
            subjects=len(video.subjects),
            revision=video.revision,
            error=video.error,
            reason=video.reason if failed else "",
            finished=video.state in RESTING,
        )


class PageView(BaseModel):
    """A page of a tenant's videos."""

    videos: list[VideoView]
    next: str | None
    """Give it as `cursor` for the next page; absent on the last one."""


class UploadView(BaseModel):
    """Where a video may be uploaded to."""

    source: str
    """Give it as `source` when the upload is complete."""
    url: str
    """PUT the file here."""
    expires_in_s: int


class ReceiptView(BaseModel):
    """What can be said of an erasure."""

    id: str
    requested: datetime
    confirmed: datetime | None
    audit_head: str

    @classmethod
    def of(cls, receipt: Receipt) -> "ReceiptView":
        """Say it."""
        return cls(
            id=receipt.video_id,
            requested=receipt.requested,
            confirmed=receipt.confirmed,
            audit_head=receipt.audit_head,
        )


class Review(BaseModel):
    """What a reviewer decides."""

    revision: int
    """The rendering that the reviewer looked at."""
    reason: str
