"""
The part of a portrait that is painted: cut out, masked, and pasted back.

The mask is the face up to the hairline: BLANKET's ends at the brows, and what shows above them is
the real person's. It is larger than the face, so that where the picture fades into the portrait
nothing of the face is left.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from swaddle.identity.ports import Portrait
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Box, Floats
from swaddle.kernel.texture_space import pose, with_forehead
from swaddle.kernel.warping import covered

from .presets import Preset

LATENT: Final = 8
"""Pixels of a picture for one cell of what the network paints, in both families."""

CONTRASTS: Final = (0.5, 2.0)
"""By how much colours may be spread to match: more would turn grain into blotches."""


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """A square of a portrait, at the size at which it is painted."""

    x0: int
    y0: int
    side: int
    """The square, in pixels of the portrait."""
    picture: Image
    """(size, size, 3) BGR."""
    points: Floats
    """(498, 3): the mesh with its forehead, in pixels of `picture`."""
    mask: Image
    """(size, size): 255 where it is painted, in whole cells of the network."""
    alpha: Floats
    """(size, size): 1 on the face, falling to 0 around it."""

    def pasted(self, portrait: Image, painted: Image) -> Image:
        """Return the portrait with a painted face; elsewhere it is what it was, to the bit."""
        end_y, end_x = self.y0 + self.side, self.x0 + self.side
        before = portrait[self.y0 : end_y, self.x0 : end_x].astype(np.float32)
        size = (self.side, self.side)
        matched = _matched(painted, self.picture, self.mask > 0)
        after = cv2.resize(matched, size, interpolation=cv2.INTER_AREA)
        alpha = cv2.resize(self.alpha, size, interpolation=cv2.INTER_AREA)[..., None]
        whole = portrait.copy()
        whole[self.y0 : end_y, self.x0 : end_x] = np.round(before + (after - before) * alpha)
        return whole


def cropped(portrait: Portrait, preset: Preset) -> Crop:
    """Return what is painted of a portrait: its face with the padding, as far as it shows it."""
    landmarks = portrait.landmarks.astype(np.float64)
    points = with_forehead(landmarks, pose(landmarks))
    x0, y0, side = _square(points, portrait.picture.shape, preset.padding)
    scale = preset.size / side
    placed = points * scale
    placed[:, :2] = (points[:, :2] - [x0, y0] + 0.5) * scale - 0.5
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    whole = portrait.picture[y0 : y0 + side, x0 : x0 + side]
    picture = cv2.resize(whole, (preset.size, preset.size), interpolation=way)
    face = covered(placed, preset.size, preset.size).astype(np.uint8) * 255
    grown = _grown(face, preset.mask_growth)
    soft = grown.astype(np.float32) / 255
    if preset.mask_blur:
        soft = cv2.GaussianBlur(soft, (0, 0), preset.mask_blur)
    alpha = np.maximum(soft, face.astype(np.float32) / 255)
    mask = _whole_cells(np.where(alpha > 1 / 255, 255, 0).astype(np.uint8))
    alpha = np.where(mask > 0, alpha, 0).astype(np.float32)
    return Crop(x0, y0, side, np.asarray(picture, np.uint8), placed, mask, alpha)


def _square(points: Floats, shape: tuple[int, ...], padding: int) -> tuple[int, int, int]:
    height, width = shape[:2]
    box = Box.around(points)
    wanted = max(box.x1 - box.x0, box.y1 - box.y0) + 2 * padding
    side = int(min(np.ceil(wanted), width, height))
    cx, cy = box.center
    x0 = int(np.clip(round(cx - side / 2), 0, width - side))
    y0 = int(np.clip(round(cy - side / 2), 0, height - side))
    return x0, y0, side


def _grown(face: Image, reach: int) -> Image:
    side = 2 * reach + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.dilate(face, disc), np.uint8)


def _whole_cells(mask: Image) -> Image:
    """Return the mask with every cell painted that it touches."""
    cells = mask.shape[0] // LATENT
    touched = mask.reshape(cells, LATENT, cells, LATENT).max(axis=(1, 3))
    return touched.repeat(LATENT, axis=0).repeat(LATENT, axis=1)


def _matched(painted: Image, original: Image, where: NDArray[np.bool_]) -> Floats:
    """
    Return the painted picture with the colours of the original: (size, size, 3).

    Mean and deviation of each channel of CIE Lab over the mask: Reinhard et al., "Color Transfer
    between Images", IEEE CG&A 21(5), 2001. The network's decoder shifts colours, and a seam shows.
    """
    made, real = (
        cv2.cvtColor(p.astype(np.float32) / 255, cv2.COLOR_BGR2Lab) for p in (painted, original)
    )
    made_mean, real_mean = made[where].mean(axis=0), real[where].mean(axis=0)
    spread = real[where].std(axis=0) / np.maximum(made[where].std(axis=0), 1e-3)
    moved = (made - made_mean) * np.clip(spread, *CONTRASTS) + real_mean
    back = cv2.cvtColor(moved.astype(np.float32), cv2.COLOR_Lab2BGR)
    return np.clip(back * 255, 0, 255)
