"""What goes wrong with torch and diffusers: too little memory, or weights of another kind."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import torch

from swaddle.kernel.errors import ModelMissing, OutOfMemory

SAYINGS: Final = (
    *("out of memory", "not enough memory", "can't allocate memory"),
    *("cublas_status_alloc_failed", "cudnn_status_alloc_failed"),
)
"""What torch says of too little memory besides its own error; cuBLAS said so on a full H200 (torch 2.11).
cuDNN spoke of an internal error there, which may be anything."""


@contextmanager
def out_of_memory() -> Iterator[None]:
    """Tell too little memory from other failures, and free what was in use."""
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
        known = isinstance(error, torch.OutOfMemoryError | MemoryError)
        if not known and not any(words in str(error).lower() for words in SAYINGS):
            raise
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        raise OutOfMemory(
            "The device has too little memory to paint a face: end what else runs on it, set "
            "SWADDLE_BATCH=1, or choose a preset of a smaller size."
        ) from error


@contextmanager
def damage() -> Iterator[None]:
    """What a library finds wrong with a folder is a model that is missing."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        raise ModelMissing(
            "The weights of the preset cannot be loaded: they are not of the kind that it names "
            f"({type(error).__name__})."
        ) from error
