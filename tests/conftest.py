"""What tests need from outside: the development data and the fetched weights."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from swaddle import bootstrap
from swaddle.kernel.errors import ModelMissing
from swaddle.settings import Settings

REPOSITORY = Path(__file__).resolve().parent.parent

# A shared machine is sometimes slow, and a test never fails for that.
settings.register_profile("swaddle", deadline=None)
settings.load_profile("swaddle")


def _unavailable(reason: str) -> None:
    """Skip on a laptop; in CI, where everything has to be there, fail."""
    if os.environ.get("CI"):  # noqa: TID251 - a question about the tests, not the program
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder of fetched weights."""
    settings = Settings()
    try:
        bootstrap.survey_models(settings).require_all()
    except ModelMissing as missing:
        _unavailable(str(missing))
    return settings.model_folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The development data beside the repository: clips, faces, detectors."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("the development data (../shared) are not here")
    return folder


@pytest.fixture(autouse=True)
def _what_the_marks_say(request: pytest.FixtureRequest) -> None:
    for need in ("models", "shared"):
        if request.node.get_closest_marker(need):
            request.getfixturevalue(need)
