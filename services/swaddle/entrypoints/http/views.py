"""What the API says of a video. Nothing that a submitter did not give it, and no blob's key."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from swaddle.coordinator.erasing import Receipt
from swaddle.kernel.consent import Consent
from swaddle.kernel.life import RESTING, State, TaskKey, Video


def body_of(media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return what the description of a route says of a body that is read as it comes."""
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}


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
    waiting: bool
    """Whether it waits for other videos of the tenant to end."""
    retries: int
    batch: str
    consent: Consent
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
            waiting=video.waiting and not video.at_rest,
            retries=video.retries,
            batch=video.batch,
            consent=video.consent,
            finished=video.state in RESTING,
        )


class ConsentView(BaseModel):
    """What the people in a video, or who answers for them, agreed to."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    consent_reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{0,64}$")] = ""
    """Where the form is found: your own number for it, never a name."""
    consent_processing: bool = True
    """Whether the video may be worked on."""
    consent_sharing: bool = True
    """Whether what comes of it may be handed out."""
    consent_until: date | None = None
    """The last day on which it holds."""

    def consent(self) -> Consent:
        """Return it in the words of the pipeline."""
        return Consent(
            reference=self.consent_reference,
            processing=self.consent_processing,
            sharing=self.consent_sharing,
            until=self.consent_until,
        )


class BatchView(BaseModel):
    """Where the videos of a batch stand."""

    id: str
    videos: int
    states: dict[State, int]
    finished: bool


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

    model_config = ConfigDict(use_attribute_docstrings=True)

    revision: int
    """The rendering that the reviewer looked at."""
    reason: str
    """For the manifest."""
