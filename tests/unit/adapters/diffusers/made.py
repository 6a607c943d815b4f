"""Networks of the real kinds, tiny and untrained, saved as diffusers saves them."""

import json
from pathlib import Path

import diffusers
import torch
from diffusers import (
    AutoencoderKL,
    ControlNetModel,
    DDIMScheduler,
    StableDiffusionInpaintPipeline,
    StableDiffusionXLInpaintPipeline,
    UNet2DConditionModel,
)
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
)

from swaddle.adapters.diffusers.presets import Kind, Preset

SIZE = 64
WIDE = 32
"""Channels of the text encoders' output."""

BLOCKS = {
    "block_out_channels": (8, 16),
    "layers_per_block": 1,
    "norm_num_groups": 4,
    "attention_head_dim": 4,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
}
ADDED = {
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 8,
    "use_linear_projection": True,
    "transformer_layers_per_block": (1, 1),
}


def saved(preset: Preset, root: Path, channels: int = 9) -> dict[str, Path]:
    """Save every part of a preset below a folder; return where each lies."""
    diffusers.logging.set_verbosity_error()
    torch.manual_seed(7)
    folders = {part.folder: root / part.folder for part in preset.parts()}
    for part in (preset.openpose, preset.canny):
        _controlnet(preset.kind).save_pretrained(folders[part.folder])
    if preset.vae is not None:
        _vae().save_pretrained(folders[preset.vae.folder])
    _pipeline(preset.kind, root, channels).save_pretrained(folders[preset.weights.folder])
    if preset.refiner is not None:
        refiner = _refiner(root) if preset.kind is Kind.SDXL else _pipeline(preset.kind, root, 4)
        refiner.save_pretrained(folders[preset.refiner.folder])
    return folders


def _pipeline(kind: Kind, root: Path, channels: int) -> diffusers.DiffusionPipeline:
    if kind is Kind.SD15:
        return StableDiffusionInpaintPipeline(
            vae=_vae(),
            text_encoder=CLIPTextModel(_text()),
            tokenizer=_tokenizer(root),
            unet=_unet(channels),
            scheduler=_scheduler(),
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
        )
    return StableDiffusionXLInpaintPipeline(
        vae=_vae(),
        text_encoder=CLIPTextModel(_text()),
        text_encoder_2=CLIPTextModelWithProjection(_text()),
        tokenizer=_tokenizer(root),
        tokenizer_2=_tokenizer(root),
        unet=_unet(channels, 2 * WIDE, WIDE + 6 * 8),
        scheduler=_scheduler(),
        add_watermarker=False,
    )


def _refiner(root: Path) -> diffusers.DiffusionPipeline:
    return StableDiffusionXLInpaintPipeline(
        vae=_vae(),
        text_encoder=None,
        text_encoder_2=CLIPTextModelWithProjection(_text()),
        tokenizer=None,
        tokenizer_2=_tokenizer(root),
        unet=_unet(4, WIDE, WIDE + 5 * 8),
        scheduler=_scheduler(),
        add_watermarker=False,
        requires_aesthetics_score=True,
    )


def _unet(channels: int, wide: int = WIDE, added: int = 0) -> UNet2DConditionModel:
    return UNet2DConditionModel(
        sample_size=SIZE // 2,
        in_channels=channels,
        out_channels=4,
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=wide,
        **BLOCKS,
        **({**ADDED, "projection_class_embeddings_input_dim": added} if added else {}),
    )


def _controlnet(kind: Kind) -> ControlNetModel:
    large = kind is Kind.SDXL
    net = ControlNetModel(
        in_channels=4,
        cross_attention_dim=2 * WIDE if large else WIDE,
        conditioning_embedding_out_channels=(8, 8, 8, 8),
        **BLOCKS,
        **({**ADDED, "projection_class_embeddings_input_dim": WIDE + 48} if large else {}),
    )
    # They begin with zeros, so that an untrained one says nothing.
    for parameter in net.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.2)
    return net


def _vae() -> AutoencoderKL:
    return AutoencoderKL(
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=4,
        norm_num_groups=4,
        layers_per_block=1,
    )


def _text() -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=514,
        hidden_size=WIDE,
        intermediate_size=37,
        projection_dim=WIDE,
        num_attention_heads=4,
        num_hidden_layers=2,
        max_position_embeddings=77,
        bos_token_id=512,
        eos_token_id=513,
        pad_token_id=513,
    )


def _scheduler() -> DDIMScheduler:
    return DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=False,
        steps_offset=1,
    )


def _tokenizer(root: Path) -> CLIPTokenizer:
    """Return one that knows every byte, alone and at the end of a word, and nothing longer."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in plain]
    letters = [chr(byte) for byte in plain] + [chr(256 + n) for n in range(len(rest))]
    words = [*letters, *(f"{letter}</w>" for letter in letters)]
    words += ["<|startoftext|>", "<|endoftext|>"]
    root.mkdir(parents=True, exist_ok=True)
    vocabulary, merges = root / "vocab.json", root / "merges.txt"
    vocabulary.write_text(json.dumps({word: number for number, word in enumerate(words)}))
    merges.write_text("#version: 0.2\n")
    return CLIPTokenizer(vocab_file=str(vocabulary), merges_file=str(merges), model_max_length=77)
