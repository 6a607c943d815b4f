"""The API does what its description says, whatever it is asked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.applications import Starlette

from swaddle.entrypoints.http.app import make_app
from swaddle.entrypoints.serving import working
from swaddle.kernel.access import Grant, Role
from swaddle.kernel.errors import Misused, Unavailable
from swaddle.kernel.identifiers import Tenant
from swaddle.settings import Settings

TOKEN = "admin"  # noqa: S105 - of this test alone
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@schemathesis.serializer("application/jsonl")
def lines(_: schemathesis.SerializationContext, value: str) -> bytes:
    return value.encode(errors="surrogatepass")


class Unreachable:
    """A sender that finds no receiver: names are not looked up in a test."""

    def check(self, url: str) -> None:
        if "." not in url:
            raise Misused("No.")

    def send(self, *_: object) -> None:
        raise Unavailable("No.")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starlette]:
    folder: Path = tmp_path_factory.mktemp("api")
    (folder / "run").mkdir()
    own = Settings(
        run_folder=folder / "run",
        config_folder=folder / "config",
        ledger_url=f"sqlite:///{folder}/ledger.sqlite",
        max_upload_bytes=1_000_000,
        requests_per_minute=0,
    )
    with working(own, ["coordinator"]) as (desk, _):
        grant = Grant(
            tenant=Tenant("lab"),
            role=Role.ADMIN,
            holder="Somebody",
            expires=datetime(2100, 1, 1, tzinfo=UTC),
        )
        desk.tokens.issue(TOKEN, grant)
        yield make_app(replace(desk, sender=Unreachable()))


@pytest.fixture(scope="module")
def described(app: Starlette) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_asgi("/openapi.json", app)


def test_every_answer_is_one_that_is_described(
    described: schemathesis.BaseSchema, subtests: pytest.Subtests
) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    for found in described.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
        def ask(case: schemathesis.Case) -> None:
            case.validate_response(case.call(headers=headers), checks=CHECKS)

        with subtests.test(operation.label):
            ask()
