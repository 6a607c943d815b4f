"""The GPU engine with made weights, from catalogue to manifest."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from swaddle.entrypoints import api
from swaddle.entrypoints.evaluating import evaluate
from swaddle.kernel.errors import ModelFailed
from swaddle.kernel.life import State
from swaddle.kernel.plan import read_plan
from swaddle.scenes.rendering import Moment
from swaddle.settings import Settings
from tests.contracts import embedders
from tests.made.catalogues import (
    SWAPPER,
    digests,
    entry,
    fetched,
    made_catalogue,
    smooth,
    tinted,
)
from tests.made.landmarkers import LANDMARKER, made_landmarker, no_number, sure, unsure
from tests.made.painters import PAINTER, made_painter
from tests.made.scales import digest, scale_file

pytestmark = pytest.mark.models

Clips = Callable[[str], tuple[Path, list[Moment]]]
Network = Callable[[Path], Path]


def settings_of(folder: Path, network: Network, store: Path, **chosen: str | Path) -> Settings:
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


def test_a_made_recogniser_of_another_width_tells_people_apart(
    rendered: Clips, models: Path, tmp_path: Path
) -> None:
    (tmp_path / "catalogue").mkdir()
    weights = embedders.recogniser(tmp_path / "catalogue/made.onnx", 512)
    catalogue = tmp_path / "catalogue/models.toml"
    catalogue.write_text(entry(weights, "made_recogniser", "auraface"))
    scale = scale_file(tmp_path / "scale.json", "onnx://auraface", 512, weights=digest(weights))
    settings = settings_of(
        tmp_path,
        smooth,
        models,
        swapper_url="appearance://",
        embedder_url="onnx://made_recogniser",
        recognition_file=scale,
    )
    clip, output = rendered("lying")[0], tmp_path / "out.mp4"
    outcome = api.anonymize(clip, output, jobs=1, settings=settings)
    told = json.loads(outcome.companions["manifest"].read_text())["testimony"]["toolchain"]
    evaluation = evaluate(clip, output, jobs=1, settings=settings).evaluation
    similarity = evaluation.figure("similarity_to_source").measured

    assert outcome.state is State.RELEASED, outcome.video.reason
    assert told["engines"]["embedder"].startswith("onnx://made_recogniser ")
    assert {weight["name"]: weight["sha256"] for weight in told["weights"]} == digests(settings)
    assert "made_recogniser" in digests(settings)
    assert "dlib_face_recognition_resnet_model_v1" not in digests(settings)
    assert evaluation.recogniser == "onnx://made_recogniser"
    assert evaluation.gallery is None
    assert evaluation.figure("reidentified_first").measured is None
    assert similarity is not None
    assert similarity.value > 0.3, "mean colours hardly change"


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


@pytest.mark.engines
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_people_of_a_video_are_painted_in_one_batch(
    rendered: Clips, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from swaddle.adapters.diffusers.inpainting import Inpainter  # noqa: PLC0415 - needs torch

    made_painter(made_catalogue(tmp_path / "catalogue"), monkeypatch)
    settings = settings_of(tmp_path, smooth, models, identity_url=PAINTER)
    settings = settings.model_copy(update={"batch": 6})
    batches: list[int] = []
    paint = Inpainter.paint

    def counted(self: Inpainter, sittings: Sequence[Any]) -> Sequence[Any]:
        batches.append(len(sittings))
        return paint(self, sittings)

    monkeypatch.setattr(Inpainter, "paint", counted)
    monkeypatch.setattr("swaddle.identity.screening.SEEDS", 2)
    clip = rendered("two-crossing")[0]
    outcome = api.anonymize(clip, tmp_path / "out.mp4", jobs=1, settings=settings)
    plan = read_plan(outcome.companions["plan"].read_bytes())

    assert outcome.state is State.RELEASED, outcome.video.reason
    assert len(plan.subjects) == 2
    # Three portraits of each, seed by seed, once: whoever is asked for second was painted with the
    # first. Who has to be somebody else is painted alone.
    assert batches[:2] == [6, 6]
    assert batches[2:] == [3] * len(batches[2:])
    assert all(s.identity and s.identity.engine.startswith("appearance") for s in plan.subjects)


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
