"""Networks are loaded when somebody is painted, and what is missing is said before that."""

import subprocess
import sys
from pathlib import Path

import pytest

from swaddle import bootstrap
from swaddle.adapters.diffusers.presets import preset
from swaddle.entrypoints.crew import Told
from swaddle.kernel.errors import Misused, ModelMissing
from swaddle.settings import Settings

URL = "diffusers://permissive-sd15"
ASK = f"""
import sys
from swaddle import bootstrap
from swaddle.settings import Settings
print(bootstrap.identity_generator(Settings(identity_url={URL!r})).fingerprint)
print(sorted({{"torch", "diffusers", "transformers"}} & set(sys.modules)))
"""


def test_who_only_wants_the_fingerprint_loads_nothing() -> None:
    asked = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    fingerprint, loaded = asked.stdout.splitlines()

    assert fingerprint == f"diffusers/1 permissive-sd15 {preset('permissive-sd15').digest[:16]}"
    assert loaded == "[]"


@pytest.mark.engines
def test_a_stage_without_its_weights_does_not_start(tmp_path: Path) -> None:
    settings = Settings(
        identity_url=URL, model_folder=tmp_path / "models", run_folder=tmp_path / "run"
    )
    with pytest.raises(ModelMissing, match="sd15_inpainting has not been fetched; run `swaddle"):
        bootstrap.identity(settings, Told(lambda _stage, _frames: None))


def test_a_preset_that_is_none_is_said_at_once() -> None:
    with pytest.raises(Misused, match="permissive-sd15"):
        bootstrap.identity_generator(Settings(identity_url="diffusers://nothing"))
