"""
Loads the networks of a preset from folders, and paints with them.

Nothing is ever fetched: the hub's client is told to stay offline, and a socket is never opened.
The safety checker stays out (decision 0025). Noise is drawn on the processor, one generator for
each picture, so that it does not depend on the card or on who else is in the batch.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import diffusers
import huggingface_hub.constants
import numpy as np
import torch
import transformers
from diffusers import (
    AutoencoderKL,
    ControlNetModel,
    StableDiffusionControlNetInpaintPipeline,
    StableDiffusionXLControlNetInpaintPipeline,
    StableDiffusionXLInpaintPipeline,
)
from PIL import Image as Pillow

from swaddle.kernel.devices import Device
from swaddle.kernel.errors import Unavailable
from swaddle.kernel.frames import Image

from .failing import damage, out_of_memory
from .identity_generator import Sitting
from .loading import check_network, check_pipeline, half_only
from .memory import Saving, needs, saving
from .presets import Kind, Preset, Refiner, Weights

PIPELINES: Final = {
    Kind.SD15: StableDiffusionControlNetInpaintPipeline,
    Kind.SDXL: StableDiffusionXLControlNetInpaintPipeline,
}
UNCHECKED: Final[dict[Kind, dict[str, Any]]] = {
    Kind.SD15: {
        "safety_checker": None,
        "feature_extractor": None,
        "requires_safety_checker": False,
    },
    Kind.SDXL: {"add_watermarker": False},
}
"""What the constructors are told besides the networks. The watermark of XL is one of the library's
own, which says nothing that the signed manifest does not say."""

HALF_SINCE: Final = 8
"""Compute capability from which NVIDIA's cards have bfloat16, which does not overflow."""


class Inpainter:
    """
    The networks of a preset, ready to paint.

    `folders` says where each of `preset.parts()` lies, by its `folder`; a pipeline or a network in
    the form in which diffusers saves it. Raises ModelMissing for a file that is missing or
    damaged, Unavailable where a device is asked for by name and is not there, and OutOfMemory
    where the card cannot hold even one layer at a time.
    """

    def __init__(
        self, preset: Preset, folders: Mapping[str, Path], device: Device, threads: int = 0
    ) -> None:
        self.preset = preset
        self.device = torch_device(device)
        self.precision = precision(self.device)
        if threads:
            torch.set_num_threads(threads)
        sizes = checked(preset, folders)
        _stay_offline()
        # One seed, one picture: the fastest convolution may be another one each time.
        torch.backends.cudnn.deterministic = True
        torch.backends.cudnn.benchmark = False
        with damage(), out_of_memory():
            self.painter, self.refiner = self._loaded(folders)
        with out_of_memory():
            self._place(sizes)

    def paint(self, sittings: Sequence[Sitting]) -> Sequence[Image]:
        """Return the painted pictures, BGR; raises OutOfMemory where so many are too many."""
        with out_of_memory(), torch.inference_mode():
            painted = self._painted(sittings)
            if self.preset.refiner is not None:
                painted = self._refined(sittings, painted, self.preset.refiner)
        return painted

    def _painted(self, sittings: Sequence[Sitting]) -> Sequence[Image]:
        asked = self._asked(sittings, [sitting.picture for sitting in sittings])
        return _pictures(
            self.painter(**asked, **self._controls(sittings), strength=self.preset.strength)
        )

    def _refined(
        self, sittings: Sequence[Sitting], painted: Sequence[Image], refiner: Refiner
    ) -> Sequence[Image]:
        """
        Take a part of the way back, and go it again with the refiner.

        The web interface that BLANKET was tuned with changes the network on the way. Its hand-over
        lies where `switch` of the way is gone: so much noise is added again.
        """
        asked = self._asked(sittings, painted)
        controls = self._controls(sittings) if self.preset.kind is Kind.SD15 else {}
        strength = self.preset.strength * (1 - refiner.switch)
        return _pictures(self.refiner(**asked, **controls, strength=strength))

    def _asked(self, sittings: Sequence[Sitting], pictures: Sequence[Image]) -> dict[str, Any]:
        preset = self.preset
        return {
            "prompt": [sitting.prompt for sitting in sittings],
            "negative_prompt": [preset.negative] * len(sittings),
            "image": [_pillow(picture) for picture in pictures],
            "mask_image": [Pillow.fromarray(sitting.mask) for sitting in sittings],
            "height": preset.size,
            "width": preset.size,
            "num_inference_steps": preset.steps,
            "guidance_scale": preset.cfg,
            "generator": [torch.Generator("cpu").manual_seed(s.seed) for s in sittings],
            "output_type": "np",
        }

    def _controls(self, sittings: Sequence[Sitting]) -> dict[str, Any]:
        preset = self.preset
        return {
            # Tensors: of several ControlNets the library takes no lists of pictures.
            "control_image": [
                _tensor([sitting.openpose for sitting in sittings]),
                _tensor([sitting.canny for sitting in sittings]),
            ],
            "controlnet_conditioning_scale": [preset.openpose.scale, preset.canny.scale],
            "guess_mode": preset.control_first,
        }

    def _loaded(self, folders: Mapping[str, Path]) -> tuple[Any, Any]:
        preset = self.preset
        nets = [
            self._opened(ControlNetModel, folders[part.folder])
            for part in (preset.openpose, preset.canny)
        ]
        said: dict[str, Any] = {**UNCHECKED[preset.kind], "controlnet": nets}
        if preset.vae is not None:
            said["vae"] = self._opened(AutoencoderKL, folders[preset.vae.folder])
        kind = PIPELINES[preset.kind]
        painter = self._scheduled(self._opened(kind, folders[preset.weights.folder], **said))
        if preset.refiner is None:
            return painter, None
        where = folders[preset.refiner.folder]
        if preset.kind is Kind.SD15:
            return painter, self._scheduled(self._opened(kind, where, **said))
        said = {**UNCHECKED[preset.kind], "vae": painter.vae}
        refiner = self._opened(StableDiffusionXLInpaintPipeline, where, **said)
        return painter, self._scheduled(refiner)

    def _opened(self, kind: Any, folder: Path, **said: Any) -> Any:  # noqa: ANN401 - classes of diffusers
        return kind.from_pretrained(
            str(folder),
            dtype=self.precision,
            local_files_only=True,
            use_safetensors=True,
            variant="fp16" if half_only(folder) else None,
            **said,
        )

    def _scheduled(self, pipeline: Any) -> Any:  # noqa: ANN401 - a pipeline of diffusers
        wanted = self.preset.scheduler
        kind = getattr(diffusers, wanted.name)
        pipeline.scheduler = kind.from_config(pipeline.scheduler.config, **wanted.options)
        pipeline.set_progress_bar_config(disable=True)
        return pipeline

    def _place(self, sizes: Mapping[str, int]) -> None:
        if self.device.type == "cpu":
            return
        free, _ = torch.cuda.mem_get_info(self.device)
        controls = {self.preset.openpose.folder, self.preset.canny.folder}
        needed = needs(
            [size for name, size in sizes.items() if name not in controls],
            [sizes[name] for name in controls],
            self.preset.size,
        )
        least = saving(free, needed)
        for pipeline in (self.painter, self.refiner):
            if pipeline is not None:
                save(pipeline, least, self.device)


def save(pipeline: Any, least: Saving, device: torch.device) -> None:  # noqa: ANN401 - of diffusers
    """Put a pipeline on a device, giving up what has to be."""
    if least is not Saving.NOTHING:
        pipeline.enable_attention_slicing()
        pipeline.vae.enable_slicing()
    match least:
        case Saving.NETWORKS:
            pipeline.enable_model_cpu_offload(device=device)
        case Saving.LAYERS:
            pipeline.enable_sequential_cpu_offload(device=device)
        case _:
            pipeline.to(device)


def checked(preset: Preset, folders: Mapping[str, Path]) -> dict[str, int]:
    """Return how many numbers each network of a preset has; raises ModelMissing."""

    def where(part: Weights) -> Path:
        return folders[part.folder]

    without = "vae" if preset.vae is not None else ""
    sizes = check_pipeline(preset.weights, where(preset.weights), without=without)
    for network in (preset.vae, preset.openpose, preset.canny):
        if network is not None:
            sizes |= check_network(network, where(network))
    if preset.refiner is not None:
        without = "vae" if preset.kind is Kind.SDXL else without
        found = check_pipeline(preset.refiner, where(preset.refiner), without=without)
        sizes |= {f"refiner {name}": size for name, size in found.items()}
    return sizes


def torch_device(device: Device) -> torch.device:
    """
    Return the device to use; raises Unavailable where one is asked for and is not there.

    There are no TensorRT engines of these networks: that device is CUDA here.
    """
    there = torch.cuda.is_available()
    if device is Device.CPU or (device is Device.AUTO and not there):
        return torch.device("cpu")
    if not there:
        raise Unavailable(
            f"The device {device.value} was asked for, but torch {torch.__version__} finds no "
            "NVIDIA GPU: look for its driver, or set SWADDLE_DEVICE=cpu."
        )
    return torch.device("cuda")


def precision(device: torch.device) -> torch.dtype:
    """Return half precision on cards, in the form that they have, and 32 bits on processors."""
    if device.type == "cpu":
        return torch.float32
    capability, _ = torch.cuda.get_device_capability(device)
    return torch.bfloat16 if capability >= HALF_SINCE else torch.float16


def _stay_offline() -> None:
    huggingface_hub.constants.HF_HUB_OFFLINE = True
    huggingface_hub.constants.HF_HUB_DISABLE_TELEMETRY = True
    # What it says of missing optional parts helps nobody, and progress bars are not its business.
    diffusers.logging.set_verbosity_error()
    diffusers.logging.disable_progress_bar()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()


def _pillow(picture: Image) -> Pillow.Image:
    return Pillow.fromarray(np.ascontiguousarray(picture[..., ::-1]))


def _tensor(pictures: Sequence[Image]) -> torch.Tensor:
    """Return pictures as (n, 3, h, w), RGB, 0 to 1."""
    stacked = np.stack(pictures)[..., ::-1].transpose(0, 3, 1, 2).astype(np.float32) / 255
    return torch.from_numpy(np.ascontiguousarray(stacked))


def _pictures(made: Any) -> Sequence[Image]:  # noqa: ANN401 - the output of a pipeline
    return [np.round(picture[..., ::-1] * 255).astype(np.uint8) for picture in made.images]
