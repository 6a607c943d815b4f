"""What every clock promises."""

from datetime import timedelta

import pytest

from swaddle.adapters.fakes.clock import FakeClock
from swaddle.adapters.system.clock import SystemClock
from swaddle.kernel.ports import Clock


class ClockContract:
    @pytest.fixture
    def clock(self) -> Clock:
        raise NotImplementedError

    def test_it_tells_the_time_in_utc(self, clock: Clock) -> None:
        assert clock.now().utcoffset() == timedelta(0)


class TestSystemClock(ClockContract):
    @pytest.fixture
    def clock(self) -> Clock:
        return SystemClock()


class TestFakeClock(ClockContract):
    @pytest.fixture
    def clock(self) -> Clock:
        return FakeClock()
