"""What a laptop needs stays small: the embedded engine loads nothing of the others."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from swaddle.scenes.rendering import Moment

pytestmark = pytest.mark.models

HEAVY = {"accelerate", "bentoml", "diffusers", "insightface", "torch", "transformers"}

PROGRAM = """
import json, sys
from pathlib import Path
from swaddle.entrypoints import api
source, output = map(Path, sys.argv[1:])
outcome = api.anonymize(source, output, jobs=1)
print(json.dumps([outcome.state.value, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def test_the_embedded_engine_imports_no_other(
    rendered: Callable[[str], tuple[Path, list[Moment]]], tmp_path: Path
) -> None:
    clip, _ = rendered("lying")
    own = {"SWADDLE_WORK_FOLDER": "work", "SWADDLE_CONFIG_FOLDER": "config"}
    places = {name: str(tmp_path / folder) for name, folder in own.items()}
    ended = subprocess.run(  # noqa: S603 - the program above
        [sys.executable, "-c", PROGRAM, str(clip), str(tmp_path / "out.mp4")],
        env={**os.environ, **places},  # noqa: TID251 - that of the tests
        stdout=subprocess.PIPE,
        check=True,
    )
    state, loaded = json.loads(ended.stdout.splitlines()[-1])

    assert state == "released"
    assert "onnxruntime" in loaded, "the engine ran"
    assert HEAVY.isdisjoint(loaded)
