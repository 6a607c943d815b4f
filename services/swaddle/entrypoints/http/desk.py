"""What the routes need, and who is asking."""

import re
from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import Field

from swaddle import bootstrap
from swaddle.coordinator.ports import WebhookBook, WebhookSender
from swaddle.entrypoints.tracing import current_trace
from swaddle.kernel.access import Grant, Role
from swaddle.kernel.errors import NotFound
from swaddle.kernel.identifiers import VideoId
from swaddle.kernel.life import Video
from swaddle.kernel.messages import Message
from swaddle.kernel.ports import (
    BlobStore,
    Clock,
    IdSource,
    KeyRing,
    Ledger,
    MessageBus,
    Scratch,
    TokenStore,
)
from swaddle.settings import Settings

from .pace import Pace
from .problems import Problem

Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]


NAME: Final = "^[0-9a-f]{24}$"

Name = Annotated[str, Field(pattern=NAME)]
"""Of videos, batches and webhooks."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that is opened once for all requests."""

    settings: Settings
    ledger: Ledger
    blobs: BlobStore
    bus: MessageBus
    tokens: TokenStore
    scratch: Scratch
    clock: Clock
    ids: IdSource
    keys: KeyRing
    webhooks: WebhookBook
    sender: WebhookSender
    pace: Pace

    @property
    def today(self) -> date:
        """The day on which consents are asked for."""
        return self.clock.now().date()

    @classmethod
    def open(cls, settings: Settings, ledger: Ledger, bus: MessageBus) -> "Desk":
        """Open what the settings name, beside the ledger and the bus of the coordinator."""
        return cls(
            settings,
            ledger,
            bootstrap.blob_store(settings),
            bus,
            bootstrap.token_store(settings),
            bootstrap.scratch(settings),
            bootstrap.clock(),
            bootstrap.id_source(),
            bootstrap.key_ring(settings),
            bootstrap.webhook_book(settings),
            bootstrap.webhook_sender(settings),
            Pace(settings.requests_per_minute),
        )

    def publish(self, *messages: Message) -> None:
        """Say something on the bus; what is done about it belongs to the request's trace."""
        trace = current_trace()
        self.bus.publish(*(replace(message, traceparent=trace) for message in messages))

    def close(self) -> None:
        """Close what was opened beside the ledger and the bus."""
        self.tokens.close()
        self.webhooks.close()


def desk_of(request: Request) -> Desk:
    """Return the desk of the application."""
    desk: Desk = request.app.state.desk
    return desk


OpenDesk = Annotated[Desk, Depends(desk_of)]


def grant_of(bearer: Bearer, desk: OpenDesk) -> Grant:
    """Return what the caller's token stands for; a wrong and an expired one look the same."""
    if bearer is not None:
        try:
            grant = desk.tokens.grant(bearer.credentials.strip())
        except NotFound:
            grant = None
        if grant is not None and grant.expires > desk.clock.now():
            desk.pace.keep(grant)
            return grant
    raise Problem(
        HTTPStatus.UNAUTHORIZED,
        "unauthorized",
        "Give a valid token: Bearer TOKEN.",
        {"WWW-Authenticate": "Bearer"},
    )


Caller = Annotated[Grant, Depends(grant_of)]


def needs(role: Role) -> Depends:  # type: ignore[valid-type]
    """Return the dependency that lets only callers with this role pass."""

    def check(caller: Caller) -> Grant:
        if not caller.role.includes(role):
            raise Problem(HTTPStatus.FORBIDDEN, "forbidden", f"This needs the role {role.value}.")
        return caller

    return Depends(check)


Submitter = Annotated[Grant, needs(Role.SUBMITTER)]
Reviewer = Annotated[Grant, needs(Role.REVIEWER)]
Admin = Annotated[Grant, needs(Role.ADMIN)]


def named(name: str) -> str:
    """Return a name of ours; raises NotFound for what can be none: databases choke on NULs."""
    if not re.fullmatch(NAME, name):
        raise NotFound("There is nothing of this name.")
    return name


def video_of(video_id: str, caller: Caller, desk: OpenDesk) -> Video:
    """Return a video of the caller's tenant; another tenant's is not there at all."""
    try:
        video = desk.ledger.find(VideoId(named(video_id)))
    except NotFound:
        video = None
    if video is None or video.tenant != caller.tenant:
        raise Problem(HTTPStatus.NOT_FOUND, "notfound", "There is no such video.")
    return video


def agreed(allowed: bool) -> None:  # noqa: FBT001 - the answer of a consent
    """Refuse what a consent does not allow."""
    if not allowed:
        raise Problem(HTTPStatus.FORBIDDEN, "no-consent", "The consent of the video forbids it.")


OwnVideo = Annotated[Video, Depends(video_of)]
