"""The GPU engine's swapper and landmarker with made weights, from catalogue to manifest."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from swaddle.entrypoints import api
from swaddle.kernel.errors import ModelFailed
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
from tests.made.landmarkers import LANDMARKER, made_landmarker, no_number, sure, unsure
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
            threads=1,
            **{"swapper_url": SWAPPER, **chosen},
        ),
        store,
    )


def landmarked(folder: Path, network: Network, family: str, store: Path) -> Settings:
    """Return settings that fit meshes by a network made below `folder`, and swap as usual."""
    made_landmarker(folder / "catalogue/models.toml", network, family)
    return settings_of(
        folder, smooth, store, swapper_url="appearance://", landmarker_url=LANDMARKER
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


@pytest.mark.parametrize(
    ("network", "family", "rendered_as"), [(sure, "2dfan4", "swap"), (unsure, "spiga98", "cover")]
)
def test_faces_are_swapped_where_a_landmarker_is_sure_and_covered_where_it_is_not(
    network: Network,
    family: str,
    rendered_as: str,
    rendered: Clips,
    models: Path,
    tmp_path: Path,
) -> None:
    settings = landmarked(tmp_path, network, family, models)
    outcome = api.anonymize(rendered("lying")[0], tmp_path / "out.mp4", jobs=1, settings=settings)
    manifest = json.loads(outcome.companions["manifest"].read_text())["testimony"]
    told, faces = manifest["toolchain"], manifest["counts"]["faces"]

    assert outcome.state is State.RELEASED, outcome.video.reason
    assert faces["swap"] + faces["cover"] >= 50
    assert faces[rendered_as] > 0
    assert (faces["swap"] == 0) == (rendered_as == "cover")
    assert told["engines"]["landmarker"] == LANDMARKER
    assert {weight["name"]: weight["sha256"] for weight in told["weights"]} == digests(settings)
    assert {"made_landmarker", "face_landmark"} <= set(digests(settings)), "the gate has its own"


def test_a_landmarker_that_gives_no_number_ends_the_work(
    rendered: Clips, models: Path, tmp_path: Path
) -> None:
    settings = landmarked(tmp_path, no_number, "2dfan4", models)
    output = tmp_path / "out.mp4"

    with pytest.raises(ModelFailed, match=r"no_number\.onnx gave something that is no number"):
        api.anonymize(rendered("lying")[0], output, jobs=1, settings=settings)
    assert not output.exists()
