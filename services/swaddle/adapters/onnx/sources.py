"""The synthetic person as a network wants it: an embedding or an aligned picture."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from onnx import numpy_helper

from swaddle.kernel.errors import InvalidPlan, Misused, ModelMissing
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import IdentityPlan, PortraitPlan

from .alignment import Square, resampled
from .crops import planes
from .graphs import loaded
from .running import Model, Runtime, open_model
from .swap_families import EMBEDDING, HALVES, ONES, ZEROS, Conditioning, Family

Source = NDArray[np.float32]
"""(512,), or (3, side, side) RGB in 0..1."""

KNOWN: Final = 64
"""People who are remembered: more than a video has, and 50 MB where each is a picture of 256."""

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
"""Of a PNG, whose width and height stand at 16 and 20: PNG specification, 5.2 and 11.2.2."""

LARGEST: Final = 4096 * 4096
"""Pixels of a portrait: plans are edited by people, and a file of a kilobyte can say a gigapixel."""

LEAST_SPREAD: Final = 1.0
"""Pixels by which the five points of a portrait have to lie apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """Works out each person once."""

    family: Family
    embedder: Model | None
    """ArcFace: RGB in -1..1, 112 x 112, to 512 numbers."""
    converter: Model | None
    """From ArcFace's embedding to that of the recogniser the family was trained with."""
    mapping: Floats | None
    """(512, 512), where the family's network brings one."""
    _remembered: Callable[[str, PortraitPlan], Source] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_remembered", lru_cache(maxsize=KNOWN)(self._worked_out))

    def of(self, identity: IdentityPlan) -> Source | None:
        """
        Return the person; None without a portrait, raises InvalidPlan with a broken one.

        Who could be shown in no portrait has none, and a plan may name this engine for somebody
        whom another one invented: the face is left to the stand-in, then to the cover.
        """
        if identity.portrait is None:
            return None
        return self._remembered(identity.identity_id, identity.portrait)

    def _worked_out(self, called: str, portrait: PortraitPlan) -> Source:
        aligned = _aligned(called, portrait, self.family.source_template, self.family.source_side)
        if self.family.conditioning is Conditioning.PICTURE:
            return planes(aligned, ZEROS, ONES)
        return self._embedding(planes(aligned, HALVES, HALVES))

    def _embedding(self, picture: Source) -> Source:
        assert self.embedder is not None  # noqa: S101 - families with embeddings have one
        vector = self.embedder.run([[picture]])[0][0].reshape(EMBEDDING)
        if self.mapping is not None:
            # InsightFace, inswapper.py: the order in which length and matrix come matters.
            return _unit(_unit(vector) @ self.mapping)
        if self.converter is not None:
            vector = self.converter.run([[vector]])[0][0].reshape(EMBEDDING)
        return vector if self.family.conditioning is Conditioning.RAW else _unit(vector)


def open_sources(
    family: Family, swapper: Path, embedder: Path | None, converter: Path | None, runtime: Runtime
) -> Sources:
    """
    Open what a family needs to be told a person.

    Raises Misused where its embedder is missing, ModelMissing where a file is none of its kind.
    """
    if family.conditioning is Conditioning.PICTURE:
        return Sources(family, None, None, None)
    if embedder is None:
        raise Misused(
            f"Swappers of the family {family.name} are told the person by an embedding: name the "
            "file of an embedder."
        )
    pictures = (1, 3, family.source_side, family.source_side)
    mapped = family.conditioning is Conditioning.MAPPED
    return Sources(
        family,
        open_model(embedder, [pictures], 1, runtime, [(EMBEDDING,)]),
        None
        if converter is None
        else open_model(converter, [(1, EMBEDDING)], 1, runtime, [(EMBEDDING,)]),
        mapping_of(swapper) if mapped else None,
    )


def mapping_of(path: Path) -> Floats:
    """
    Return the matrix that inswapper keeps behind its weights: the last initializer, (512, 512).

    Raises ModelMissing where there is none, or no such file.
    """
    initializers = loaded(path).graph.initializer
    if initializers and tuple(initializers[-1].dims) == (EMBEDDING, EMBEDDING):
        return np.asarray(numpy_helper.to_array(initializers[-1]), np.float32)
    raise ModelMissing(
        f"The model {path.name} has no matrix of 512 x 512 for embeddings behind its weights, as "
        "inswapper has; a simplified copy may have lost it. `swaddle models verify` tells."
    )


def _aligned(called: str, portrait: PortraitPlan, template: str, side: int) -> Floats:
    picture = _decoded(portrait.picture)
    points = np.array(portrait.points)
    if picture is None or np.ptp(points, axis=0).min() < LEAST_SPREAD:
        raise InvalidPlan(f"The portrait of {called} is no PNG of a face with five points.")
    matrix = Square.fitted(points, template, side).matrix(side)
    return np.clip(resampled(picture.astype(np.float32), matrix, side, side), 0, 255)


def _decoded(content: bytes) -> Image | None:
    """Return a PNG in BGR; None where it is none, is damaged, or says that it is very large."""
    width, height = (int.from_bytes(content[start : start + 4], "big") for start in (16, 20))
    if not content.startswith(SIGNATURE) or not 0 < width * height <= LARGEST:
        return None
    return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)


def _unit(vector: Floats) -> Source:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)
