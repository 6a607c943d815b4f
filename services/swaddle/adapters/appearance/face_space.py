"""The learned face space, as it lies beside this module."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import cv2
import numpy as np

from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Floats
from swaddle.kernel.texture_space import LUMA, SIDE

FILE: Final = "face_space.npz"


@dataclass(frozen=True, slots=True, eq=False)
class FaceSpace:
    """How the people of one age group look, and how they differ."""

    shape_mean: Floats
    """(468, 3), canonical coordinates."""
    shape_components: Floats
    """(s, 468, 3), each one standard deviation long."""
    texture_mean: Floats
    """(256, 256, 3): logarithm of the colours without light and skin tone."""
    luma_components: Floats
    """(t, 256, 256), each one standard deviation long."""
    chroma_components: Floats
    """(c, 64, 64, 2): blue and red against the luma."""
    tendencies: Floats
    """(s + t + c, 128): how each coefficient moves the recogniser's vector."""

    @property
    def shape_size(self) -> int:
        """Number of shape coefficients."""
        return len(self.shape_components)

    @property
    def texture_size(self) -> int:
        """Number of texture coefficients: luma first, then chroma."""
        return len(self.luma_components) + len(self.chroma_components)

    def shape(self, coefficients: Floats) -> Floats:
        """Return the mesh of a person: (468, 3)."""
        return self.shape_mean + np.tensordot(coefficients, self.shape_components, 1)

    def texture(self, coefficients: Floats) -> Floats:
        """Return the detail of a person: (256, 256, 3), logarithmic."""
        split, amounts = len(self.luma_components), coefficients.astype(np.float32)
        luma = np.tensordot(amounts[:split], self.luma_components, 1)
        chroma = np.tensordot(amounts[split:], self.chroma_components, 1)
        blue, red = cv2.split(cv2.resize(chroma, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC))
        # Colour differences carry no luma: green gives what blue and red take.
        green = -(LUMA[0] * blue + LUMA[2] * red) / LUMA[1]
        detail = self.texture_mean + luma[..., None] + np.dstack([blue, green, red])
        return detail.astype(np.float32)


@cache
def face_space(group: AgeGroup) -> FaceSpace:
    """Load the space of an age group."""
    kind = "adult" if group is AgeGroup.ADULT else "young"
    with files(__package__).joinpath(FILE).open("rb") as stream, np.load(stream) as stored:
        return FaceSpace(
            shape_mean=stored[f"shape_mean_{group}"].astype(np.float64),
            shape_components=stored[f"shape_components_{kind}"].astype(np.float64),
            texture_mean=stored[f"texture_mean_{group}"].astype(np.float32),
            luma_components=_expanded(
                stored[f"luma_components_{kind}"], stored[f"luma_scale_{kind}"]
            ),
            chroma_components=stored[f"chroma_components_{kind}"].astype(np.float32),
            tendencies=stored[f"tendencies_{kind}"].astype(np.float64),
        )


def _expanded(quantized: Floats, scale: Floats) -> Floats:
    return quantized.astype(np.float32) * scale[:, None, None].astype(np.float32)
