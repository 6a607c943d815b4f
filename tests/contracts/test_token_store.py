"""What every store of tokens promises."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from swaddle.adapters.sql.engine import migrate, open_engine
from swaddle.adapters.sql.token_store import SqlTokenStore
from swaddle.kernel.access import Grant, Role
from swaddle.kernel.errors import Conflict, NotFound
from swaddle.kernel.identifiers import Tenant
from swaddle.kernel.ports import TokenStore
from tools.servers.postgres import Postgres

GRANT = Grant(
    tenant=Tenant("lab"),
    role=Role.REVIEWER,
    holder="Ada Lovelace",
    expires=datetime(2027, 1, 1, tzinfo=UTC),
)


class TokenStoreContract:
    @pytest.fixture
    def tokens(self, tmp_path: Path) -> TokenStore:
        raise NotImplementedError

    def test_a_token_stands_for_what_was_said(self, tokens: TokenStore) -> None:
        tokens.issue("secret", GRANT)

        assert tokens.grant("secret") == GRANT

    def test_nobody_knows_another_token(self, tokens: TokenStore) -> None:
        tokens.issue("secret", GRANT)

        for token in ("", "Secret", "secret ", "secre"):
            with pytest.raises(NotFound):
                tokens.grant(token)

    def test_a_token_is_issued_once(self, tokens: TokenStore) -> None:
        tokens.issue("secret", GRANT)

        with pytest.raises(Conflict):
            tokens.issue("secret", replace(GRANT, role=Role.ADMIN))
        assert tokens.grant("secret") == GRANT

    def test_a_holders_tokens_are_revoked_and_no_others(self, tokens: TokenStore) -> None:
        for name, grant in (
            ("one", GRANT),
            ("two", GRANT),
            ("other", replace(GRANT, holder="Grace")),
            ("elsewhere", replace(GRANT, tenant=Tenant("ward"))),
        ):
            tokens.issue(name, grant)

        assert tokens.revoke(Tenant("lab"), "Ada Lovelace") == 2
        assert tokens.grant("other").holder == "Grace"
        assert tokens.grant("elsewhere").tenant == "ward"
        with pytest.raises(NotFound):
            tokens.grant("one")


class TestSqliteTokenStore(TokenStoreContract):
    @pytest.fixture
    def tokens(self, tmp_path: Path) -> Iterator[TokenStore]:
        engine = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
        migrate(engine)
        yield SqlTokenStore(engine)
        engine.dispose()

    def test_the_database_does_not_hold_a_token(self, tmp_path: Path, tokens: TokenStore) -> None:
        tokens.issue("swd_a-long-secret", GRANT)
        engine = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
        with engine.begin() as connection:
            rows = connection.execute(text("SELECT * FROM token")).all()
        engine.dispose()

        assert "a-long-secret" not in repr(rows)


class TestPostgresTokenStore(TokenStoreContract):
    @pytest.fixture
    def tokens(self, postgres: Postgres) -> Iterator[TokenStore]:
        engine = open_engine(postgres.create(f"tokens_{uuid4().hex}"))
        migrate(engine)
        yield SqlTokenStore(engine)
        engine.dispose()


@pytest.mark.parametrize("role", list(Role))
def test_a_role_includes_those_below_it(role: Role) -> None:
    below = [other for other in Role if role.includes(other)]

    assert below == list(Role)[: list(Role).index(role) + 1]
