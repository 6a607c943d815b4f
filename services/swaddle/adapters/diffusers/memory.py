"""
How networks share a graphics card that is too small for all of them.

Nothing here was measured on a card (none was at hand): weights are counted from the files' tables;
the room that painting needs is an estimate, and where it is too low the batch is halved.
"""

from collections.abc import Sequence
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
    """As well, each network is on the card only while it works (diffusers: model offload)."""
    LAYERS = "layers"
    """As well, each layer is (sequential offload): many times slower."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a pipeline takes on the card, in bytes."""

    weights: int
    """All networks."""
    largest: int
    """The largest of them."""
    painting: int
    """One picture on its way, beside the weights."""


HALF: Final = 2
"""Bytes of a number in half precision, which is what cards compute with."""

BYTES_PER_PIXEL: Final = 6000
"""Of `painting`, in half precision: Stable Diffusion 1.5 takes about 1.3 GB at 512 x 512 beside its
weights, XL about 5 GB at 1024 x 1024, decoding included. An estimate from what is published."""

SLICED: Final = 0.5
"""Share of `painting` that slices leave."""

LAYER: Final = 0.1
"""Share of the largest network that its largest layer may have."""

USABLE: Final = 0.9
"""Of the free memory: the rest is lost between blocks."""


def needs(networks: Sequence[int], size: int) -> Needs:
    """Return what it takes to paint `size` pixels square; `networks`: the numbers in each."""
    return Needs(HALF * sum(networks), HALF * max(networks), BYTES_PER_PIXEL * size * size)


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
