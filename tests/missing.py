"""What happens to a test whose server, model, library or program is not here."""

import os
from importlib import import_module
from types import ModuleType

import pytest


def unavailable(reason: str) -> None:
    """Skip on a laptop, a module as well; in CI, where everything has to be there, fail."""
    if os.environ.get("CI"):  # noqa: TID251 - a question about the tests, not the program
        pytest.fail(reason)
    pytest.skip(reason, allow_module_level=True)


def imported(name: str) -> ModuleType:
    """Return a library of the GPU engine, for a module of tests that needs it."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        unavailable(f"{error.name} is not installed: `make test ENGINES=all`")
        raise
