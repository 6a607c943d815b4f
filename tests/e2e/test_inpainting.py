"""A face inpainter of the user's own, from its catalogue to the manifest."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from swaddle import bootstrap
from swaddle.bootstrap.inpainters import face_inpainter
from swaddle.entrypoints import api
from swaddle.kernel.life import State
from swaddle.scenes.rendering import Moment
from swaddle.settings import Settings
from tests.made.catalogues import fetched
from tests.made.inpainters import SEPARATE, Paints, network

pytestmark = pytest.mark.models

Clips = Callable[[str], tuple[Path, list[Moment]]]

URL = "onnx://made_painter"
ENTRY = """
[[models]]
name = "made_painter"
task = "Made for a test"
family = "inpainter"
licence = { spdx = "CC0-1.0", commercial = true, stated = "the test that made it" }
folder = "file:painter"
files = ["painter.onnx", "painter.toml"]
"""


def settings_of(folder: Path, paints: Paints, store: Path) -> Settings:
    """Return settings for a network made below `folder`, with its weights fetched."""
    place = folder / "painter"
    place.mkdir()
    network(place, "separate", paints).rename(place / "painter.onnx")
    (place / "painter.toml").write_text(SEPARATE)
    (folder / "models.toml").write_text(ENTRY)
    own = Settings(
        catalogue_file=folder / "models.toml",
        model_folder=folder / "models",
        work_folder=folder / "work",
        config_folder=folder / "config",
        identity_url=URL,
        swapper_url=URL,
        threads=1,
        batch=4,
    )
    return fetched(own, store)


def spares(plan: Any) -> list[bool]:  # noqa: ANN401 - JSON
    """Return for each subject whether the face space knows who would stand in."""
    people = [subject["stand_in"] or subject["identity"] for subject in plan["subjects"]]
    return [person["engine"].startswith("appearance/") for person in people]


@pytest.mark.parametrize(
    ("paints", "kind", "other"),
    [(Paints.PERSON, "swap", "stand_in"), (Paints.NAN, "stand_in", "swap")],
)
def test_a_video_is_painted_and_where_the_network_fails_the_stand_in_shows(
    rendered: Clips, models: Path, tmp_path: Path, paints: Paints, kind: str, other: str
) -> None:
    settings = settings_of(tmp_path, paints, models)
    outcome = api.anonymize(
        rendered("hand-passing")[0], tmp_path / "out.mp4", jobs=1, settings=settings
    )
    told = json.loads(outcome.companions["manifest"].read_text())["testimony"]
    plan = json.loads(outcome.companions["plan"].read_text())

    assert outcome.state is State.RELEASED
    assert told["counts"]["faces"][kind] > 20
    assert told["counts"]["faces"][other] == 0
    assert told["toolchain"]["engines"]["swapper"] == URL
    assert "made_painter" in [weight["name"] for weight in told["toolchain"]["weights"]]
    assert spares(plan) == [True]
    assert (b"by the stand-in" in outcome.companions["report"].read_bytes()) is (
        kind == "stand_in"
    )


def test_what_is_tried_is_let_go(models: Path, tmp_path: Path) -> None:
    bootstrap.try_engines(settings_of(tmp_path, Paints.PERSON, models))

    assert face_inpainter.cache_info().currsize == 0


def test_the_manifest_lists_what_a_plan_asked_for(models: Path, tmp_path: Path) -> None:
    named = settings_of(tmp_path, Paints.PERSON, models)
    own = named.model_copy(
        update={"swapper_url": "appearance://", "identity_url": "appearance://"}
    )
    alone, more = (bootstrap.toolchain(own, swappers) for swappers in ([], [URL, "appearance://"]))

    assert set(more.engines) - set(alone.engines) == {f"swapper {URL}"}
    assert {w.name for w in more.weights} - {w.name for w in alone.weights} == {"made_painter"}
