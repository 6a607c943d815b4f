"""A real PostgreSQL as a ledger."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from swaddle.adapters.fakes.clock import FakeClock
from swaddle.adapters.sql.engine import migrate, open_engine
from swaddle.adapters.sql.ledger import SqlLedger
from swaddle.kernel.ports import Ledger
from tests.contracts.ledgers import LedgerContract
from tests.contracts.queues import QueueContract
from tests.contracts.videos import received
from tools.servers.postgres import Postgres


class TestPostgresLedger(LedgerContract, QueueContract):
    @pytest.fixture
    def ledger(self, postgres: Postgres) -> Iterator[Ledger]:
        engine = open_engine(postgres.create(f"ledger_{uuid4().hex}"))
        migrate(engine)
        yield SqlLedger(engine, FakeClock())
        engine.dispose()

    def test_a_task_is_done_by_one_at_a_time(self, ledger: Ledger) -> None:
        with ledger.alone("sweep") as first:
            with ledger.alone("sweep") as second, ledger.alone("other") as other:
                pass
            ledger.admit(received())
        with ledger.alone("sweep") as later:
            pass

        assert (first, second, other, later) == (True, False, True, True)
