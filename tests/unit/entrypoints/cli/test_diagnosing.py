from importlib.metadata import version

import pytest

from swaddle import bootstrap
from swaddle.entrypoints.cards import Card
from swaddle.entrypoints.cli import diagnosing
from swaddle.settings import Settings

PACKAGES = {"ai-edge-litert", "dlib-bin", "onnx", "onnxruntime"}
CARD = Card("NVIDIA H100", "580.65.06", 80_000, 1_000)


def examined(
    monkeypatch: pytest.MonkeyPatch, packages: set[str], card: Card | None = None, **chosen: str
) -> dict[str, tuple[bool, str]]:
    """Return what doctor finds where these packages are installed, by what it looked at."""
    monkeypatch.setattr(bootstrap, "is_installed", lambda name: name in packages)
    monkeypatch.setattr(diagnosing, "version", lambda _: version("pytest"))
    monkeypatch.setattr(diagnosing, "cards", lambda: [card] if card else [])
    found = diagnosing.examine(Settings(**chosen))
    return {symptom.what: (symptom.well, symptom.finding) for symptom in found}


def test_an_engine_that_nobody_chose_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = examined(monkeypatch, PACKAGES)

    assert found["embedded"] == (True, "all packages are installed")
    assert found["onnx"] == (True, "all packages are installed, on the processor")
    well, finding = found["diffusers"]
    assert well
    assert finding.startswith("accelerate, diffusers, torch, transformers not installed; `make")
    assert found["gpu"] == (True, "no NVIDIA driver answers; models run on the processor")


def test_an_engine_that_was_chosen_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    some = PACKAGES | {"torch", "transformers", "accelerate"}
    found = examined(monkeypatch, some, identity_url="diffusers://blanket-sd15")

    assert found["diffusers"] == (
        False,
        "diffusers not installed; `make install ENGINES=gpu` adds them.",
    )


def test_a_landmarker_of_the_gpu_engine_needs_its_packages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = examined(monkeypatch, PACKAGES - {"onnx"}, landmarker_url="onnx://landmarks_2dfan4")
    others = {"detector_url": "none://", "landmarker_url": Settings().landmarker_url}

    assert not found["onnx"][0]
    assert examined(monkeypatch, PACKAGES - {"onnx"}, **others)["onnx"][0]


@pytest.mark.parametrize("role", ["detector_url", "embedder_url"])
def test_insightface_is_missed_in_either_role(monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    found = examined(monkeypatch, PACKAGES, **{role: "insightface://buffalo_l"})

    assert not found["insightface"][0]


def test_two_onnx_runtimes_are_one_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    found = examined(monkeypatch, PACKAGES | {"onnxruntime-gpu"})

    assert found["onnxruntime"] == (
        False,
        "onnxruntime and onnxruntime-gpu are installed; uninstall both, install one.",
    )


def test_a_card_is_named_with_its_driver_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    well, finding = examined(monkeypatch, PACKAGES, CARD, device="cuda")["gpu"]

    assert well
    assert finding.startswith("NVIDIA H100, driver 580.65.06, 79000 of 80000 MiB free; ")
    assert "CUDA provider" in finding


def test_a_card_that_was_asked_for_and_is_not_there_is_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = examined(monkeypatch, PACKAGES, device="cuda")

    assert not found["gpu"][0]
    assert not found["onnx"][0], "the default detector is one of its models"
