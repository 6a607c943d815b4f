"""
Looks whether folders of weights are whole, before a library tries to load them.

Weights are read as safetensors alone: other forms may run code. Such a file begins with a table of
what it holds, so a file that is too short is found without reading it.
"""

import json
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Final

from swaddle.kernel.errors import ModelMissing

from .presets import Weights

PIPELINE: Final = "model_index.json"
NETWORK: Final = "config.json"

UNUSED: Final = {"safety_checker", "feature_extractor", "image_encoder"}
"""Parts of a pipeline that are not loaded (decision 0025)."""

WEIGHTLESS: Final = {"scheduler", "tokenizer", "tokenizer_2"}

LENGTH: Final = 8
"""Bytes at the beginning of a safetensors file that say how long its table is."""

LONGEST_TABLE: Final = 100_000_000
"""Bytes, as the format's own reader allows."""

ADVICE: Final = "Put a copy of {origin} there, in the form of diffusers with safetensors"


def check_network(part: Weights, folder: Path) -> dict[str, int]:
    """Return how many numbers a network has, by name; raises ModelMissing with what is wrong."""
    _there(part, folder, folder / NETWORK)
    return {part.folder: _weights(part, folder)}


def check_pipeline(part: Weights, folder: Path, *, without: str = "") -> dict[str, int]:
    """
    Return how many numbers each network of a pipeline has, by name; raises ModelMissing.

    `without` names one that comes from elsewhere.
    """
    _there(part, folder, folder / PIPELINE)
    sizes = {}
    for name in _parts(part, folder):
        if name == without:
            continue
        _there(part, folder, folder / name)
        if name not in WEIGHTLESS:
            _there(part, folder, folder / name / NETWORK)
            sizes[name] = _weights(part, folder / name)
    return sizes


def _parts(part: Weights, folder: Path) -> Iterator[str]:
    try:
        index = json.loads((folder / PIPELINE).read_text())
        parts = {name: said for name, said in index.items() if isinstance(said, list)}
    except (OSError, ValueError, AttributeError) as error:
        raise ModelMissing(
            f"{folder / PIPELINE} is damaged: expected a list of networks. {_advice(part)}."
        ) from error
    for name, (_, kind) in parts.items():
        if kind is not None and name not in UNUSED:
            yield name


def _there(part: Weights, folder: Path, wanted: Path) -> None:
    if not wanted.exists():
        missing = folder if not folder.exists() else wanted
        raise ModelMissing(f"{missing} is missing. {_advice(part)}.")


def _weights(part: Weights, folder: Path) -> int:
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise ModelMissing(f"{folder} has no *.safetensors. {_advice(part)}.")
    numbers = {file: _numbers(part, file) for file in files}
    for index in folder.glob("*.safetensors.index.json"):
        for name in sorted(set(json.loads(index.read_text())["weight_map"].values())):
            _there(part, folder, folder / name)
    # The same weights may lie there twice, in two precisions; either is loaded.
    halves = [file for file in files if ".fp16." in file.name]
    return sum(numbers[file] for file in halves or files)


def half_only(folder: Path) -> bool:
    """Tell whether a pipeline's or network's weights lie there in half precision alone."""
    files = list(folder.rglob("*.safetensors"))
    return bool(files) and all(".fp16." in file.name for file in files)


def _numbers(part: Weights, file: Path) -> int:
    """Return how many numbers a file holds; raises ModelMissing where it is not whole."""
    found = file.stat().st_size
    table = _table(file)
    if table is None:
        raise ModelMissing(
            f"{file} ({found} bytes) is damaged: expected safetensors. {_advice(part)}."
        )
    expected, numbers = table
    if found != expected:
        raise ModelMissing(
            f"{file} is damaged: expected {expected} bytes, found {found}. {_advice(part)}."
        )
    return numbers


def _table(file: Path) -> tuple[int, int] | None:
    """Return how long a file is and what it holds by its own table; None where it has none."""
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(LENGTH), "little")
        if length > LONGEST_TABLE:
            return None
        try:
            table = json.loads(stream.read(length))
            entries = [said for name, said in table.items() if name != "__metadata__"]
            ends = [said["data_offsets"][1] for said in entries]
            numbers = sum(prod(said["shape"]) for said in entries)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            return None
    return LENGTH + length + max(ends, default=0), numbers


def _advice(part: Weights) -> str:
    return ADVICE.format(origin=part.origin)
