"""What the API says when something ends otherwise than well: RFC 9457, one sentence each."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from swaddle.kernel.errors import (
    Conflict,
    Forged,
    Misused,
    NotFound,
    Rejected,
    StorageFailed,
    SwaddleError,
    Unavailable,
)

MEDIA_TYPE: Final = "application/problem+json"

STATUS: Final[tuple[tuple[type[SwaddleError], HTTPStatus], ...]] = (
    (Rejected, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Misused, HTTPStatus.BAD_REQUEST),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (StorageFailed, HTTPStatus.SERVICE_UNAVAILABLE),
    (Forged, HTTPStatus.INTERNAL_SERVER_ERROR),
)

log = structlog.get_logger()


class Problem(Exception):
    """A request that is refused."""

    def __init__(
        self, status: HTTPStatus, kind: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.headers = headers
        self.status = status
        self.kind = kind
        self.detail = detail


EVERYWHERE: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
"""What any route may answer."""


class ProblemView(BaseModel):
    """Why a request was refused (RFC 9457)."""

    type: str
    """urn:swaddle:problem:KIND"""
    title: str
    status: int
    detail: str


def described(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Return what the description of the API says of these answers, and of `EVERYWHERE`."""
    content = {MEDIA_TYPE: {"schema": ProblemView.model_json_schema()}}
    return {
        status.value: {"description": status.phrase, "content": content}
        for status in sorted({*EVERYWHERE, *statuses})
    }


def answer(
    status: HTTPStatus, kind: str, detail: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Return a problem document."""
    problem = ProblemView(
        type=f"urn:swaddle:problem:{kind}",
        title=status.phrase,
        status=status.value,
        detail=detail,
    )
    return JSONResponse(problem.model_dump(), status.value, headers, MEDIA_TYPE)


def first_fault(errors: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Return where the first fault is and why it is one, not what is there: it may name a child."""
    first = errors[0]
    return ".".join(str(part) for part in first["loc"]), first["msg"]


def install(app: FastAPI) -> None:
    """Let every error of the application come out as a problem document."""

    @app.exception_handler(Problem)
    async def refused(_: Request, problem: Problem) -> JSONResponse:
        return answer(problem.status, problem.kind, problem.detail, problem.headers)

    @app.exception_handler(SwaddleError)
    async def failed(_: Request, error: SwaddleError) -> JSONResponse:
        status = next(status for kind, status in STATUS if isinstance(error, kind))
        return answer(status, type(error).__name__.lower(), str(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        place, why = first_fault(error.errors())
        return answer(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", f"{place}: {why}.")

    @app.exception_handler(HTTPException)
    async def standard(_: Request, error: HTTPException) -> JSONResponse:
        status = HTTPStatus(error.status_code)
        return answer(status, status.phrase.lower().replace(" ", "-"), f"{error.detail}.")

    @app.exception_handler(Exception)
    async def broke(request: Request, error: Exception) -> JSONResponse:
        log.error("request broke", route=request.scope["route"].path, error=type(error).__name__)
        return answer(HTTPStatus.INTERNAL_SERVER_ERROR, "unexpected", "A bug; the log says where.")
