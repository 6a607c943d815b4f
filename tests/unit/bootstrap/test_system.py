"""How children of one machine begin."""

import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from pathlib import Path

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


INTERRUPTED = """
import os, signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import forkserver
from swaddle import bootstrap
started = bootstrap.start_of_children()
os.kill(forkserver._forkserver._forkserver_pid, signal.SIGINT)
with ProcessPoolExecutor(1, started) as pool:
    print(pool.submit(abs, -3).result())
"""

LONG = """
import os, tempfile
tempfile.tempdir = os.path.join({folder!r}, "x" * 90)
os.makedirs(tempfile.tempdir)
from swaddle import bootstrap
print(bootstrap.start_of_children().get_start_method())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each child starts anew")
def test_what_children_are_forked_from_does_not_hear_of_interrupts_from_the_keyboard() -> None:
    assert said(INTERRUPTED) == "3"


def test_where_the_temporary_folder_has_no_room_for_a_socket_each_child_starts_anew(
    tmp_path: Path,
) -> None:
    assert said(LONG.format(folder=str(tmp_path))) == "spawn"


def said(code: str) -> str:
    """Return what a program of its own prints."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - this test's own
    return done.stdout.strip()
