from pathlib import Path

import pytest
from structlog.testing import capture_logs

from swaddle.adapters.onnx import sessions
from swaddle.adapters.onnx.sessions import (
    CUDA,
    TENSORRT,
    check_signature,
    check_started,
    open_session,
    providers,
)
from swaddle.kernel.devices import Device
from swaddle.kernel.errors import ModelMissing, Unavailable
from tests.made.graphs import node, written


def doubling(folder: Path) -> Path:
    """Return a model that adds a picture to itself."""
    shape = ["batch", 3, 8, 8]
    nodes = [node("Add", "target target", "output")]
    return written(folder / "doubling.onnx", nodes, {"target": shape}, {"output": shape})


def test_a_model_that_takes_what_is_expected_is_accepted(tmp_path: Path) -> None:
    session = open_session(doubling(tmp_path), Device.CPU, 1)
    check_signature(session, "doubling", {"target": (None, 3, 8, 8)}, 1)
    check_signature(session, "doubling", [(1, 3, 8, 8)], 1)


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        ({"source": (None, 3, 8, 8)}, 1),
        ({"target": (None, 3, 16, 16)}, 1),
        ({"target": (None, 3, 8)}, 1),
        ({"target": (None, 3, 8, 8), "source": (1, 512)}, 1),
        ({"target": (None, 3, 8, 8)}, 2),
    ],
)
def test_another_signature_is_refused_with_what_was_expected_and_found(
    tmp_path: Path, inputs: dict[str, tuple[int | None, ...]], outputs: int
) -> None:
    session = open_session(doubling(tmp_path), Device.CPU, 1)
    with pytest.raises(
        ModelMissing, match=r"doubling.*expected .* found target \(any x 3 x 8 x 8\)"
    ):
        check_signature(session, "doubling", inputs, outputs)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"absent\.onnx is not there"):
        open_session(tmp_path / "absent.onnx", Device.CPU, 1)


def test_half_a_file_is_no_model(tmp_path: Path) -> None:
    path = doubling(tmp_path)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(ModelMissing, match=r"doubling\.onnx .* fetch it again"):
        open_session(path, Device.CPU, 1)


@pytest.mark.parametrize("device", [Device.CUDA, Device.TENSORRT])
def test_a_device_that_is_asked_for_and_absent_is_refused(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(Unavailable, match=f"{device.value} was asked for"):
        providers(device)


class Started:
    """A session of which the runtime started so much."""

    def __init__(self, *providers: str) -> None:
        self.get_providers = lambda: [*providers, "CPUExecutionProvider"]


@pytest.mark.parametrize(
    ("device", "wanted", "started"),
    [
        (Device.CUDA, CUDA, Started()),
        (Device.TENSORRT, TENSORRT, Started()),
        (Device.TENSORRT, TENSORRT, Started(CUDA)),
    ],
)
def test_a_device_that_could_not_be_started_is_not_replaced_by_another(
    device: Device, wanted: str, started: Started
) -> None:
    with pytest.raises(Unavailable, match=rf"{device.value} was asked for, .* could not start it"):
        check_started(started, device, wanted)


def test_without_a_wish_a_card_that_could_not_be_started_is_told_of_once() -> None:
    sessions._tell.cache_clear()
    with capture_logs() as said:
        for started in (Started(CUDA), Started(), Started()):
            check_started(started, Device.AUTO, CUDA)

    assert [entry["log_level"] for entry in said] == ["warning"]


def test_without_a_wish_the_processor_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: ["CPUExecutionProvider"])
    assert providers(Device.AUTO) == ["CPUExecutionProvider"]
