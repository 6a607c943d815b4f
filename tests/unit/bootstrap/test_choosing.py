"""Which setting an engine's URL belongs to."""

from pathlib import Path

import pytest

from swaddle import bootstrap
from swaddle.kernel.errors import Misused
from swaddle.settings import Settings
from tests.made.catalogues import entry


@pytest.mark.parametrize(
    ("url", "role"),
    [
        ("onnx://yunet_2023mar", "detector_url"),
        ("insightface://buffalo_l", "detector_url"),
        ("litert://face_landmark", "landmarker_url"),
        ("onnx://landmarks_2d106", "landmarker_url"),
        ("onnx://landmarks_2dfan4", "landmarker_url"),
        ("dlib://other", "embedder_url"),
        ("onnx://sface_2021dec", "embedder_url"),
        ("onnx://auraface_v1", "embedder_url"),
        ("diffusers://blanket-sd15", "identity_url"),
        ("onnx://ghost_1_256", "swapper_url"),
    ],
)
def test_an_engine_takes_the_role_of_its_family(url: str, role: str) -> None:
    default = Settings()

    assert bootstrap.with_engine(default, url) == default.model_copy(update={role: url})


def test_an_inpainter_invents_and_renders(tmp_path: Path) -> None:
    (tmp_path / "made.onnx").touch()
    own = tmp_path / "models.toml"
    own.write_text(entry(tmp_path / "made.onnx", "made", "inpainter"))
    chosen = bootstrap.with_engine(Settings(catalogue_file=own), "onnx://made")

    assert (chosen.identity_url, chosen.swapper_url) == ("onnx://made", "onnx://made")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("torch://spiga", r"^No engine answers to torch://\.$"),
        ("onnx://nobody", "The model catalogue has no nobody"),
    ],
)
def test_an_engine_that_is_none_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(Misused, match=sentence):
        bootstrap.with_engine(Settings(), url)
