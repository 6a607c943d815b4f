"""What every message bus promises."""

import pytest

from swaddle.adapters.memory.message_bus import MemoryMessageBus
from swaddle.kernel.ports import MessageBus
from tests.contracts.bus import MessageBusContract


class TestMemoryMessageBus(MessageBusContract):
    @pytest.fixture
    def bus(self) -> MessageBus:
        return MemoryMessageBus()
