"""Videos that went through the whole pipeline, each once for all tests."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.e2e.finished import Finished


@pytest.fixture(scope="session")
def anonymized(
    tmp_path_factory: pytest.TempPathFactory, models: Path
) -> Callable[[Path], Finished]:
    """Anonymize a clip, or recall how that went."""
    del models

    @cache
    def once(clip: Path) -> Finished:
        return Finished.of(clip, tmp_path_factory.mktemp(clip.stem))

    return once
