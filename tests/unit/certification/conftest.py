from pathlib import Path

import pytest

from tests.unit.certification.material import Certified, Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture(scope="session")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    """What lies beside a released video; nobody changes it."""
    office = Office(tmp_path_factory.mktemp("office"))
    return office.certified(office.command())
