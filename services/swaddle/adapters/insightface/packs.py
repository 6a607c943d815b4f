"""
Packs of models, as InsightFace publishes them: a folder of ONNX files.

The package's code is MIT, the packs are for non-commercial research. Nothing is downloaded here.
"""

from importlib import import_module
from pathlib import Path
from typing import Any, Final

from swaddle.kernel.devices import Device
from swaddle.kernel.errors import ModelMissing, Unavailable

PROVIDERS: Final = {
    Device.CPU: "CPUExecutionProvider",
    Device.CUDA: "CUDAExecutionProvider",
    Device.TENSORRT: "TensorrtExecutionProvider",
}

ON_PROCESSOR: Final = -1
"""What InsightFace calls the processor; other numbers are cards."""


def imported(module: str) -> Any:  # noqa: ANN401 - InsightFace has no types
    """Return a module of InsightFace; raises Unavailable where it, or what it needs, is missing."""
    try:
        return import_module(f"insightface.{module}")
    except ImportError as error:
        raise Unavailable(
            f"InsightFace cannot be loaded ({error}). `make install ENGINES=gpu` installs it "
            "without its own onnxruntime; or choose another SWADDLE_DETECTOR_URL or "
            "SWADDLE_EMBEDDER_URL."
        ) from error


def open_model(folder: Path, pack: str, task: str, device: Device) -> Any:  # noqa: ANN401
    """
    Return the first model of a pack for a task, `detection` or `recognition`.

    `folder` holds the packs. Raises ModelMissing where the pack is not there or has no such model,
    Unavailable where the package or the device is missing.
    """
    zoo = imported("model_zoo")
    files = sorted((folder / pack).glob("*.onnx"))
    if not files:
        raise ModelMissing(
            f"The pack {pack} of InsightFace is not in {folder}. It may be used for non-commercial "
            "research alone: if that is yours, fetch it with a profile that says so, or unpack it "
            "there."
        )
    wanted = _providers(device)
    for path in files:
        model = _opened(zoo, path, wanted)
        if model is not None and model.taskname == task:
            _look_where(model, device)
            return model
    raise ModelMissing(
        f"The pack {pack} of InsightFace in {folder} has no model for {task}, only "
        f"{', '.join(path.name for path in files)}."
    )


def _opened(zoo: Any, path: Path, wanted: list[str]) -> Any:  # noqa: ANN401
    try:
        return zoo.get_model(str(path), providers=wanted)
    except Exception as error:
        # ONNX Runtime's errors have no class of their own in common.
        raise ModelMissing(
            f"The model {path.name} of InsightFace cannot be loaded; unpack it again."
        ) from error


def _look_where(model: Any, device: Device) -> None:  # noqa: ANN401
    """Refuse a model that works elsewhere than was asked for by name."""
    if device.named and model.session.get_providers()[0] != PROVIDERS[device]:
        # The runtime falls back without an error where the driver, a library or memory is missing.
        raise Unavailable(
            f"The device {device.value} was asked for, but ONNX Runtime could not start it: look "
            "for an NVIDIA driver, its libraries and what else fills the card, or set "
            "SWADDLE_DEVICE=cpu."
        )


def card(device: Device) -> int:
    """Return the number of the device for InsightFace's `prepare`."""
    return ON_PROCESSOR if _providers(device) == [PROVIDERS[Device.CPU]] else 0


def _providers(device: Device) -> list[str]:
    there = import_module("onnxruntime").get_available_providers()
    processor, cuda = PROVIDERS[Device.CPU], PROVIDERS[Device.CUDA]
    if device is Device.AUTO:
        return [cuda, processor] if cuda in there else [processor]
    if device is Device.CPU:
        return [processor]
    if PROVIDERS[device] not in there:
        raise Unavailable(
            f"The device {device.value} was asked for, but the installed ONNX Runtime has no "
            f"{PROVIDERS[device]}; install swaddle[gpu] on a machine with an NVIDIA GPU, or set "
            "SWADDLE_DEVICE=cpu."
        )
    return [*dict.fromkeys((PROVIDERS[device], cuda, processor))]
