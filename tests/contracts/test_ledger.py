"""What every ledger promises."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from swaddle.adapters.fakes.clock import FakeClock
from swaddle.adapters.sql.engine import migrate, open_engine
from swaddle.adapters.sql.ledger import SqlLedger
from swaddle.kernel.ports import Ledger
from tests.contracts.ledgers import LedgerContract
from tests.contracts.queues import QueueContract


class TestSqliteLedger(LedgerContract, QueueContract):
    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Iterator[Ledger]:
        engine = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
        migrate(engine)
        yield SqlLedger(engine, FakeClock())
        engine.dispose()
