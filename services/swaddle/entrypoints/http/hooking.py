"""Webhooks: who wants to hear when a video has ended need not ask."""

import base64
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from swaddle.coordinator.webhooks import Webhook

from .desk import Admin, OpenDesk, named
from .problems import Problem, described

router = APIRouter(
    prefix="/v1/webhooks", responses=described(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
)

MOST: Final = 10
"""Webhooks of a tenant: each of them is told of every video."""


class WebhookOrder(BaseModel):
    """Where to say it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    url: Annotated[str, Field(max_length=2000)]
    """https, without a name or password."""


class WebhookView(BaseModel):
    """A webhook."""

    id: str
    url: str


class NewWebhookView(WebhookView):
    """A webhook, and what it knows our notices by."""

    secret: str
    """Shown this once."""


@router.post("", status_code=HTTPStatus.CREATED)
def add(order: WebhookOrder, caller: Admin, desk: OpenDesk) -> NewWebhookView:
    """
    Tell a URL of every video of the tenant that comes to rest, whether released, held or failed.

    Notices have the form of the Standard Webhooks specification, and are repeated for three days.
    """
    desk.sender.check(order.url)
    if len(desk.webhooks.of(caller.tenant)) >= MOST:
        raise Problem(HTTPStatus.CONFLICT, "too-many", f"A tenant has at most {MOST} webhooks.")
    webhook = Webhook(webhook_id=desk.ids.fresh()[:24], tenant=caller.tenant, url=order.url)
    desk.webhooks.add(webhook)
    secret = base64.b64encode(desk.keys.webhook_secret(webhook.webhook_id)).decode()
    return NewWebhookView(id=webhook.webhook_id, url=webhook.url, secret=f"whsec_{secret}")


@router.get("")
def every(caller: Admin, desk: OpenDesk) -> list[WebhookView]:
    """Return the tenant's webhooks."""
    return [WebhookView(id=w.webhook_id, url=w.url) for w in desk.webhooks.of(caller.tenant)]


@router.delete("/{webhook}", status_code=HTTPStatus.NO_CONTENT)
def remove(webhook: str, caller: Admin, desk: OpenDesk) -> None:
    """Tell a URL nothing any more."""
    if not desk.webhooks.remove(caller.tenant, named(webhook)):
        raise Problem(HTTPStatus.NOT_FOUND, "notfound", "There is no such webhook.")
