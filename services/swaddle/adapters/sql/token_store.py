"""Tokens in the ledger's database, as digests."""

import hashlib
from datetime import UTC, datetime

from sqlalchemy import Engine, delete, insert, select

from swaddle.kernel.access import Grant, Role
from swaddle.kernel.errors import NotFound
from swaddle.kernel.identifiers import Tenant

from . import dialect
from .engine import transaction
from .schema import TOKEN


class SqlTokenStore:
    """Safe for threads and for several processes, as the ledger is."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = dialect.reader(engine)

    def issue(self, token: str, grant: Grant) -> None:
        """Insert a row."""
        with transaction(self._engine) as connection:
            connection.execute(
                insert(TOKEN).values(
                    digest=_digest(token),
                    tenant=grant.tenant,
                    role=grant.role,
                    holder=grant.holder,
                    expires=grant.expires.astimezone(UTC).isoformat(),
                )
            )

    def grant(self, token: str) -> Grant:
        """Look the digest up: whoever measures how long that takes learns nothing of a token."""
        with transaction(self._reader) as connection:
            found = connection.execute(select(TOKEN).where(TOKEN.c.digest == _digest(token)))
            row = found.one_or_none()
        if row is None:
            raise NotFound("Nobody knows this token.")
        return Grant(
            tenant=Tenant(row.tenant),
            role=Role(row.role),
            holder=row.holder,
            expires=datetime.fromisoformat(row.expires),
        )

    def revoke(self, tenant: Tenant, holder: str) -> int:
        """Delete the rows."""
        with transaction(self._engine) as connection:
            gone = connection.execute(
                delete(TOKEN).where(TOKEN.c.tenant == tenant, TOKEN.c.holder == holder)
            )
        return int(gone.rowcount)

    def close(self) -> None:
        """Close the connections that wait to be used again."""
        self._engine.dispose()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
