"""What every source of names promises."""

import re

import pytest

from swaddle.adapters.fakes.id_source import FakeIdSource
from swaddle.adapters.system.id_source import SystemIdSource
from swaddle.kernel.ports import IdSource


class IdSourceContract:
    @pytest.fixture
    def ids(self) -> IdSource:
        raise NotImplementedError

    def test_a_name_is_32_hexadecimal_digits(self, ids: IdSource) -> None:
        assert re.fullmatch("[0-9a-f]{32}", ids.fresh())

    def test_no_name_is_given_twice(self, ids: IdSource) -> None:
        assert len({ids.fresh() for _ in range(1000)}) == 1000


class TestSystemIdSource(IdSourceContract):
    @pytest.fixture
    def ids(self) -> IdSource:
        return SystemIdSource()


class TestFakeIdSource(IdSourceContract):
    @pytest.fixture
    def ids(self) -> IdSource:
        return FakeIdSource()
