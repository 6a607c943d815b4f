"""Puts the API together."""

from collections.abc import Callable
from http import HTTPStatus
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from swaddle.entrypoints.tracing import TracedRequests

from . import batching, deciding, hooking, problems, submitting, watching
from .desk import Desk


def make_app(desk: Desk, alive: Callable[[], bool] = lambda: True) -> FastAPI:
    """Return the application that answers at a desk."""
    app = FastAPI(
        title="swaddle",
        version=version("swaddle"),
        description="Replaces every face in a video by a synthetic person.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.desk = desk
    app.add_middleware(TracedRequests)
    problems.install(app)
    for module in (submitting, deciding, watching, batching, hooking):
        app.include_router(module.router)

    @app.get("/livez", include_in_schema=False)
    def livez() -> PlainTextResponse:
        well = alive()
        status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
        return PlainTextResponse("alive\n" if well else "a stage broke\n", status)

    @app.get("/readyz", include_in_schema=False)
    def readyz() -> PlainTextResponse:
        # Raises Unavailable, which is answered 503, where the ledger is not there.
        desk.ledger.queues()
        return PlainTextResponse("ready\n")

    return app
