"""
What the published face swappers expect, family by family.

Facts about files, not code: names, shapes and ranges as FaceFusion 3 runs them (processors/modules/
face_swapper), which converted or exported most of the files that are in use.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

Colour = tuple[float, float, float]
"""Red, green, blue."""

EMBEDDING: Final = 512
"""Numbers in an embedding of ArcFace and its kin."""

ZEROS: Final[Colour] = (0.0, 0.0, 0.0)
ONES: Final[Colour] = (1.0, 1.0, 1.0)
HALVES: Final[Colour] = (0.5, 0.5, 0.5)
IMAGENET_MEAN: Final[Colour] = (0.485, 0.456, 0.406)
IMAGENET_DEVIATION: Final[Colour] = (0.229, 0.224, 0.225)


class Conditioning(Enum):
    """How a network is told whom to show."""

    MAPPED = auto()
    """Embedding of length 1, multiplied by the matrix in the network's own file, to length 1."""
    UNIT = auto()
    """Embedding, converted where there is a converter, to length 1."""
    RAW = auto()
    """Embedding, converted where there is a converter, of the length it then has."""
    PICTURE = auto()
    """The aligned portrait, RGB in 0..1."""


@dataclass(frozen=True, slots=True)
class Family:
    """Networks that are fed alike: `source` and `target` in, a face of the same size out."""

    name: str
    template: str
    """Of `target`; a key of `alignment.TEMPLATES`."""
    side: int
    """Pixels of `target` and of what comes out."""
    mean: Colour
    deviation: Colour
    """`target` is (RGB in 0..1 - mean) / deviation, planes first."""
    conditioning: Conditioning
    same_range: bool
    """What comes out is normalised as `target` is; else RGB in 0..1."""
    source_template: str = "arcface_112_v2"
    """Of the portrait: of ArcFace's input, or of `source` where that is a picture."""
    source_side: int = 112

    @property
    def inputs(self) -> Mapping[str, tuple[int, ...]]:
        """Shapes by name; a file may leave the first, the number of faces, open."""
        source: tuple[int, ...] = (1, EMBEDDING)
        if self.conditioning is Conditioning.PICTURE:
            source = (1, 3, self.source_side, self.source_side)
        return {"source": source, "target": (1, 3, self.side, self.side)}


FAMILIES: Final[Mapping[str, Family]] = {
    family.name: family
    for family in (
        Family(
            "inswapper", "arcface_128", 128, ZEROS, ONES, Conditioning.MAPPED, same_range=False
        ),
        Family(
            "hyperswap", "arcface_128", 256, HALVES, HALVES, Conditioning.UNIT, same_range=True
        ),
        Family("ghost", "arcface_112_v1", 256, HALVES, HALVES, Conditioning.RAW, same_range=True),
        Family(
            *("simswap", "arcface_112_v1", 256, IMAGENET_MEAN, IMAGENET_DEVIATION),
            Conditioning.UNIT,
            same_range=False,
        ),
        Family(
            "simswap-512", "arcface_112_v1", 512, ZEROS, ONES, Conditioning.UNIT, same_range=False
        ),
        Family("hififace", "mtcnn_512", 256, HALVES, HALVES, Conditioning.UNIT, same_range=True),
        Family(
            *("blendswap", "ffhq_512", 256, ZEROS, ONES, Conditioning.PICTURE),
            same_range=False,
        ),
        Family(
            *("uniface", "ffhq_512", 256, HALVES, HALVES, Conditioning.PICTURE),
            same_range=True,
            source_template="ffhq_512",
            source_side=256,
        ),
    )
}
