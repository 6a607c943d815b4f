"""A folder that is not whole is refused with the file, what was expected, and what to do."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from swaddle.adapters.diffusers.loading import check_network, check_pipeline, half_only
from swaddle.adapters.diffusers.presets import presets
from swaddle.entrypoints.cli.exit_codes import ExitCode, code_of
from swaddle.kernel.errors import ModelMissing

PART = presets()["permissive-sd15"].weights
UNET = Path("unet/diffusion_pytorch_model.safetensors")


def safetensors(path: Path, size: int = 100) -> None:
    """Write a file with one tensor of so many bytes."""
    table = json.dumps({"one": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(len(table).to_bytes(8, "little") + table.encode() + bytes(size))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "sd15-inpainting"
    parts = {
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "safety_checker": ["stable_diffusion", "StableDiffusionSafetyChecker"],
        "image_encoder": [None, None],
    }
    for name in ("unet", "vae"):
        safetensors(root / name / UNET.name)
        (root / name / "config.json").write_text("{}")
    (root / "tokenizer").mkdir()
    (root / "model_index.json").write_text(json.dumps({"_class_name": "X", **parts}))
    return root


def test_a_whole_folder_is_weighed(folder: Path) -> None:
    sizes = check_pipeline(PART, folder)

    assert sizes == {"unet": 100, "vae": 100}


def test_what_comes_from_elsewhere_need_not_be_there(folder: Path) -> None:
    (folder / "vae" / UNET.name).unlink()

    assert set(check_pipeline(PART, folder, without="vae")) == {"unet"}


def _remove(folder: Path) -> None:
    (folder / UNET).unlink()


def _truncate(folder: Path) -> None:
    (folder / UNET).write_bytes((folder / UNET).read_bytes()[:-10])


def _replace(folder: Path) -> None:
    (folder / UNET).write_bytes(b"<html>not found</html>")


def _forget_a_shard(folder: Path) -> None:
    shards = {"weight_map": {"one": UNET.name, "two": "model-00002.safetensors"}}
    (folder / UNET.parent / "model.safetensors.index.json").write_text(json.dumps(shards))


def _forget_the_index(folder: Path) -> None:
    (folder / "model_index.json").unlink()


def _spoil_the_index(folder: Path) -> None:
    (folder / "model_index.json").write_text("{")


def _forget_the_tokenizer(folder: Path) -> None:
    (folder / "tokenizer").rmdir()


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (_remove, r"unet has no \*\.safetensors"),
        (_truncate, r"model\.safetensors is damaged: expected \d+ bytes, found \d+"),
        (_replace, r"model\.safetensors \(22 bytes\) is damaged: expected safetensors"),
        (_forget_a_shard, r"model-00002\.safetensors is missing"),
        (_forget_the_index, r"model_index\.json is missing"),
        (_spoil_the_index, r"model_index\.json is damaged"),
        (_forget_the_tokenizer, "tokenizer is missing"),
    ],
)
def test_what_is_wrong_is_named(folder: Path, harm: Callable[[Path], None], says: str) -> None:
    harm(folder)
    with pytest.raises(ModelMissing, match=says) as caught:
        check_pipeline(PART, folder)

    assert PART.origin in str(caught.value)
    assert code_of(caught.value) is ExitCode.UNAVAILABLE


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="nowhere is missing"):
        check_network(PART, tmp_path / "nowhere")


def test_weights_in_two_precisions_count_once(folder: Path) -> None:
    safetensors(folder / "unet" / "diffusion_pytorch_model.fp16.safetensors")

    assert check_pipeline(PART, folder)["unet"] == 100
    assert not half_only(folder)
