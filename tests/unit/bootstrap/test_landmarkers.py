"""Which landmarker a URL chooses, and what is said of one that cannot be had."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from swaddle import bootstrap
from swaddle.adapters.onnx.face_landmarker import OnnxFaceLandmarker
from swaddle.bootstrap.weights import fingerprint
from swaddle.kernel.devices import Device
from swaddle.kernel.errors import Misused, ModelFailed, ModelMissing, SwaddleError
from swaddle.kernel.faces import LEFT_EYE, RIGHT_EYE, Mesh
from swaddle.kernel.frames import still
from swaddle.kernel.geometry import Region
from swaddle.settings import Settings
from tests.made.catalogues import Mute, fetched
from tests.made.landmarkers import LANDMARKER, made_landmarker, no_number, sure, unsure

Network = Callable[[Path], Path]
NOBODY = still(np.zeros((240, 320, 3), np.uint8))
SOMEWHERE = Region(160, 120, 120)


def settings_of(
    folder: Path, network: Network = sure, family: str = "2dfan4", **chosen: object
) -> Settings:
    """Return settings that choose a made landmarker, which lies beside its catalogue alone."""
    told: Mapping[str, object] = {
        "catalogue_file": made_landmarker(folder / "own/models.toml", network, family),
        "model_folder": folder / "models",
        "landmarker_url": LANDMARKER,
        "threads": 1,
        **chosen,
    }
    return Settings.model_validate(told)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("torch://spiga", r"^No landmarker answers to torch://\.$"),
        (
            "litert://face_landmark_with_attention",
            r"^LiteRT runs the landmarker litert://face_landmark alone, no face_landmark_with_attention\.$",
        ),
        ("onnx://absent", r"^The model catalogue has no absent; `swaddle models list` shows"),
    ],
)
def test_a_url_that_chooses_nothing_is_refused_before_any_work(url: str, sentence: str) -> None:
    settings = Settings(landmarker_url=url)

    for ask in (bootstrap.try_engines, bootstrap.face_landmarker):
        with pytest.raises(Misused, match=sentence):
            ask(settings)


@pytest.mark.models
@pytest.mark.parametrize(
    ("network", "family", "kind", "sentence"),
    [
        (
            sure,
            "hyperswap",
            Misused,
            r"^There is no family of landmarkers called hyperswap; there are 2d106, 2dfan4, spiga98\.$",
        ),
        (sure, "2d106", ModelMissing, r"sure\.onnx has another signature: expected .*192.*found"),
        (unsure, "2dfan4", ModelMissing, r"unsure\.onnx gives something else: expected .*found"),
    ],
)
def test_a_model_that_is_no_landmarker_of_its_family_is_refused(
    network: Network,
    family: str,
    kind: type[SwaddleError],
    sentence: str,
    models: Path,
    tmp_path: Path,
) -> None:
    settings = fetched(settings_of(tmp_path, network, family), models)

    with pytest.raises(kind, match=sentence):
        bootstrap.try_engines(settings)


def test_a_weight_that_was_not_fetched_is_named(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)

    with pytest.raises(ModelMissing, match=r"made_landmarker.*run `swaddle models fetch`"):
        bootstrap.survey_models(settings).require_all()
    with pytest.raises(ModelMissing, match="made_landmarker has not been fetched; run `swaddle"):
        bootstrap.try_engines(settings)


@pytest.mark.models
def test_it_runs_where_the_settings_say(models: Path, tmp_path: Path) -> None:
    settings = fetched(settings_of(tmp_path, device="cpu", threads=3), models)
    landmarker = bootstrap.face_landmarker(settings)

    assert isinstance(landmarker, OnnxFaceLandmarker)
    assert (landmarker.family, landmarker.device, landmarker.threads) == ("2dfan4", Device.CPU, 3)
    assert bootstrap.face_landmarker(settings) is landmarker
    assert landmarker.fit(NOBODY, SOMEWHERE).presence == pytest.approx(1.0)


@pytest.mark.models
@pytest.mark.parametrize(("network", "family"), [(sure, "2dfan4"), (unsure, "spiga98")])
def test_the_attention_mesh_looks_at_the_eyes_of_a_scheme_without_pupils(
    network: Network, family: str, models: Path, tmp_path: Path
) -> None:
    settings = fetched(settings_of(tmp_path, network, family), models)
    landmarker = bootstrap.face_landmarker(settings)
    mesh = Mesh(landmarker.fit(NOBODY, SOMEWHERE).landmarks, 0.8)
    closer, irises = landmarker.look_closer(NOBODY, mesh)
    seen, others = bootstrap.face_landmarker(Settings()).look_closer(NOBODY, mesh)

    assert np.array_equal(irises, others) == (family == "2dfan4")
    rims = [*LEFT_EYE, *RIGHT_EYE]
    rest = np.setdiff1d(np.arange(len(mesh.landmarks)), rims)
    ours, theirs = closer.landmarks[rims, :2], seen.landmarks[rims, :2]
    assert np.array_equal(ours, theirs) == (family == "2dfan4")
    assert np.array_equal(closer.landmarks[rest], mesh.landmarks[rest])


def test_what_is_no_number_is_no_mesh(tmp_path: Path) -> None:
    landmarker = OnnxFaceLandmarker(no_number(tmp_path))

    with pytest.raises(
        ModelFailed, match=r"^The landmarker no_number\.onnx gave something that is no number\.$"
    ):
        landmarker.fit(NOBODY, SOMEWHERE)


def test_the_same_name_with_other_weights_is_another_landmarker(tmp_path: Path) -> None:
    first, other = settings_of(tmp_path / "first"), settings_of(tmp_path / "other", no_number)
    urls = (LANDMARKER, "litert://face_landmark")
    prints = [fingerprint(settings, url) for settings in (first, other) for url in urls]

    assert len(set(prints)) == 3, "MediaPipe's mesh is the same in both"


@pytest.mark.models
def test_what_is_found_depends_on_the_landmarker_and_what_is_checked_does_not(
    models: Path, tmp_path: Path
) -> None:
    own = fetched(settings_of(tmp_path, run_folder=tmp_path), models)
    usual = own.model_copy(update={"landmarker_url": Settings().landmarker_url})
    detections = {bootstrap.STAGES["detection"](s, Mute()).engines for s in (own, usual)}
    gates = {bootstrap.STAGES["gate"](s, Mute()).engines for s in (own, usual)}

    assert len(detections) == 2
    assert len(gates) == 1
    assert all("onnx://centerface" in known for known in detections | gates)
