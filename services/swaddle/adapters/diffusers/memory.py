"""
How networks share a graphics card that is too small for all of them.

Weights are counted from the files' tables; the room that painting needs was measured on an H200, with
untrained networks of the real sizes. Where it is too low the batch is halved.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from swaddle.kernel.errors import OutOfMemory

GIGABYTE: Final = 1e9


class Saving(StrEnum):
    """What is given up for memory, the fastest first."""

    NOTHING = "nothing"
    SLICES = "slices"
    """Attention is computed head by head, pictures are decoded one by one."""
    NETWORKS = "networks"
    """As well, each network is on the card only while it works (diffusers: model offload); the
    ControlNets stay beside the one that they control."""
    LAYERS = "layers"
    """As well, each layer is (sequential offload): many times slower."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a pipeline takes on the card, in bytes."""

    weights: int
    """All networks."""
    largest: int
    """The largest of them, and the ControlNets, which work with it."""
    painting: int
    """One picture on its way, beside the weights."""


HALF: Final = 2
"""Bytes of a number in half precision, which is what cards compute with."""

BYTES_PER_PIXEL: Final = 6000
"""Of `painting`, in half precision. In bfloat16, beside the weights and decoding included, Stable
Diffusion 1.5 took 2,700 at 512 x 512, and XL with its refiner 3,400 at 896 x 896. The rest is for cards
before Ampere, where XL decodes in 32 bits (not measured), and for a second picture."""

SLICED: Final = 0.5
"""Share of `painting` that slices leave: six pictures of 512 x 512 took 1.1 GiB in place of 3.2, but the
decoding of one stays as it was (2,700 bytes a pixel)."""

LAYER: Final = 0.1
"""Share of `largest` that is there at a time: one picture of 512 x 512 took 1.05 GiB in all."""

USABLE: Final = 0.9
"""Of the free memory: the rest is lost between blocks."""


def needs(networks: Iterable[int], controls: Iterable[int], size: int) -> Needs:
    """
    Return what it takes to paint `size` pixels square.

    `networks`, `controls`: the numbers in each network, and in each ControlNet beside them.
    """
    alone, beside = list(networks), sum(controls)
    return Needs(
        weights=HALF * (sum(alone) + beside),
        largest=HALF * (max(alone) + beside),
        painting=BYTES_PER_PIXEL * size * size,
    )


def saving(free: int, needed: Needs) -> Saving:
    """Return the least that has to be given up; raises OutOfMemory where nothing suffices."""
    sliced = SLICED * needed.painting
    table = (
        (Saving.NOTHING, needed.weights + needed.painting),
        (Saving.SLICES, needed.weights + sliced),
        (Saving.NETWORKS, needed.largest + sliced),
        (Saving.LAYERS, LAYER * needed.largest + sliced),
    )
    for least, takes in table:
        if takes <= USABLE * free:
            return least
    raise OutOfMemory(
        f"The graphics card has {free / GIGABYTE:.1f} GB free, and painting needs at least "
        f"{table[-1][1] / USABLE / GIGABYTE:.1f}: end what else runs on it, choose a preset of a "
        "smaller size, or set SWADDLE_DEVICE=cpu."
    )
