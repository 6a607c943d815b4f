"""The GPU engine's swapper with made weights, from its catalogue to the manifest."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from swaddle.entrypoints import api
from swaddle.kernel.life import State
from swaddle.kernel.plan import read_plan
from swaddle.scenes.rendering import Moment
from swaddle.settings import Settings
from tests.made.catalogues import (
    SWAPPER,
    digests,
    fetched,
    made_catalogue,
    smooth,
    tinted,
)
from tests.made.painters import PAINTER, made_painter

pytestmark = pytest.mark.models

Clips = Callable[[str], tuple[Path, list[Moment]]]
Network = Callable[[Path], Path]


def settings_of(folder: Path, network: Network, store: Path, **chosen: str) -> Settings:
    """Return settings that swap by a network made below `folder`, with its weights fetched."""
    catalogue = folder / "catalogue/models.toml"
    return fetched(
        Settings(
            catalogue_file=catalogue
            if catalogue.exists()
            else made_catalogue(folder / "catalogue", network),
            model_folder=folder / "models",
            work_folder=folder / "work",
            config_folder=folder / "config",
            swapper_url=SWAPPER,
            threads=1,
            **chosen,
        ),
        store,
    )


@pytest.mark.parametrize(("network", "rendered_as"), [(smooth, "swap"), (tinted, "cover")])
def test_a_network_swaps_and_one_that_shows_the_person_is_covered(
    network: Network, rendered_as: str, rendered: Clips, models: Path, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, network, models)
    outcome = api.anonymize(rendered("lying")[0], tmp_path / "out.mp4", jobs=1, settings=settings)
    manifest: dict[str, Any] = json.loads(outcome.companions["manifest"].read_text())["testimony"]
    plan = read_plan(outcome.companions["plan"].read_bytes())
    told = manifest["toolchain"]

    assert outcome.state is State.RELEASED, outcome.video.reason
    assert manifest["counts"]["faces"][rendered_as] == 50
    assert manifest["synthetic_media"]["faces_are_synthetic"] == (rendered_as == "swap")
    assert told["engines"]["swapper"] == SWAPPER
    assert {weight["name"]: weight["sha256"] for weight in told["weights"]} == digests(settings)
    assert {"made_hyperswap", "made_arcface"} <= set(digests(settings))
    assert all(subject.identity.portrait for subject in plan.subjects if subject.identity)


@pytest.mark.engines
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_untrained_painters_give_way_to_the_face_space(
    rendered: Clips, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = made_painter(made_catalogue(tmp_path / "catalogue"), monkeypatch)
    settings = settings_of(tmp_path, smooth, models, identity_url=PAINTER)
    outcome = api.anonymize(rendered("lying")[0], tmp_path / "out.mp4", jobs=1, settings=settings)
    told = json.loads(outcome.companions["manifest"].read_text())["testimony"]["toolchain"]
    plan = read_plan(outcome.companions["plan"].read_bytes())

    assert outcome.state is State.RELEASED, outcome.video.reason
    assert told["engines"]["identity"] == PAINTER
    assert {"torch", "diffusers"} <= set(told["libraries"])
    assert {weight["name"]: weight["sha256"] for weight in told["weights"]} == digests(settings)
    assert set(parts) <= set(digests(settings))
    for subject in plan.subjects:
        assert subject.identity is not None
        assert subject.identity.engine.startswith("appearance"), "noise is nobody's face"
