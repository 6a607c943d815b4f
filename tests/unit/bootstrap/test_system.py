"""How children of one machine begin."""

import sys
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec

import pytest

from swaddle import bootstrap
from swaddle.bootstrap.system import IMPORTED_ONCE

HAS = "{!r} in __import__('sys').modules"


@pytest.mark.parametrize("name", IMPORTED_ONCE)
def test_what_children_import_is_there(name: str) -> None:
    # A module that is not would be passed over in silence.
    assert find_spec(name) is not None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each child starts anew")
def test_a_child_begins_with_everything_imported() -> None:
    with ProcessPoolExecutor(1, bootstrap.start_of_children()) as pool:
        found = [pool.submit(eval, HAS.format(name)).result() for name in IMPORTED_ONCE]

    assert all(found)
