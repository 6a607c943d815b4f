"""
A decoded frame in the pixel format of the output, and patches painted onto it.

A frame stays in Y'CbCr from the decoder to the encoder. Colour is computed only for the crops
that somebody looks at, and only the pixels that a patch touches are written back, so that
everything else reaches the encoder as it left the decoder.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from .cropping import Plane, scaled_target, shrunk, warped
from .geometry import Box, Floats

Image = NDArray[np.uint8]

BYTE: Final = 8
"""Bits of a sample that OpenCV rounds and saturates by itself."""

# Luma weights of red and blue: ITU-R BT.601-7, BT.709-6, BT.2020-2 (non-constant luminance).
LUMA_WEIGHTS: Final = {
    "bt601": (0.299, 0.114),
    "bt709": (0.2126, 0.0722),
    "bt2020": (0.2627, 0.0593),
}


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the planes of a frame stand for colours."""

    matrix: str = "bt709"
    full_range: bool = False
    depth: int = 8
    chroma_width: int = 2
    chroma_height: int = 2

    @property
    def white(self) -> int:
        """The largest sample value, which full white has in full range."""
        return (1 << self.depth) - 1

    def to_bgr(self) -> Floats:
        """Return the 3x4 matrix from (Y, Cb, Cr) samples to (B, G, R) in 0..255."""
        red, blue = LUMA_WEIGHTS[self.matrix]
        green = 1.0 - red - blue
        unit = float(1 << (self.depth - 8))
        luma = 255.0 / self.white if self.full_range else 255.0 / (219.0 * unit)
        chroma = 255.0 / self.white if self.full_range else 255.0 / (224.0 * unit)
        black = 0.0 if self.full_range else 16.0 * unit
        to_blue, to_red = 2.0 * (1.0 - blue), 2.0 * (1.0 - red)
        linear = np.array(
            [
                [luma, chroma * to_blue, 0.0],
                [luma, -chroma * to_blue * blue / green, -chroma * to_red * red / green],
                [luma, 0.0, chroma * to_red],
            ]
        )
        middle = 128.0 * unit
        return np.hstack([linear, -linear @ np.array([[black], [middle], [middle]])])

    def from_bgr(self) -> Floats:
        """Return the 3x4 matrix from (B, G, R) in 0..255 to (Y, Cb, Cr) samples."""
        forward = self.to_bgr()
        inverse = np.linalg.inv(forward[:, :3])
        return np.hstack([inverse, -inverse @ forward[:, 3:]])


def to_jpeg(image: Image, quality: int) -> bytes:
    """Return a BGR picture as JPEG."""
    _, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return encoded.tobytes()


def to_png(image: Image) -> bytes:
    """Return a BGR picture as PNG, pixel by pixel."""
    _, encoded = cv2.imencode(".png", image)
    return encoded.tobytes()


def from_jpeg(content: bytes) -> Image:
    """Return the BGR picture in some JPEG bytes of ours."""
    return np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR), np.uint8)


@dataclass(frozen=True, slots=True)
class Patch:
    """New pixels for a part of a frame."""

    x0: int
    y0: int
    bgr: Floats
    """(h, w, 3), 0..255."""
    alpha: Floats
    """(h, w), 0 keeps the frame's pixel, 1 replaces it."""

    @property
    def box(self) -> Box:
        """The pixels the patch covers."""
        height, width = self.alpha.shape
        return Box(self.x0, self.y0, self.x0 + width, self.y0 + height)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One frame in display orientation; `number` counts from the first frame of the video."""

    number: int
    pts: int
    planes: tuple[Plane, Plane, Plane]
    sampling: Sampling
    damaged: bool = False
    """The decoder reported errors: the picture is not to be trusted, and not to be shown."""

    @property
    def width(self) -> int:
        """Width of the luma plane in pixels."""
        return int(self.planes[0].shape[1])

    @property
    def height(self) -> int:
        """Height of the luma plane in pixels."""
        return int(self.planes[0].shape[0])

    @property
    def box(self) -> Box:
        """The whole picture."""
        return Box(0, 0, self.width, self.height)

    def view(self, matrix: Floats, width: int, height: int) -> Image:
        """
        Return a BGR crop (height, width, 3).

        `matrix` (2x3) maps crop pixels to frame pixels. Outside the frame the border repeats.
        Where the crop is smaller than the area it shows, the area is averaged first.
        """
        y, cb, cr = self.planes
        layers = [warped(y, matrix, width, height)]
        chroma = scaled_target(
            matrix, 1 / self.sampling.chroma_width, 1 / self.sampling.chroma_height
        )
        layers += [warped(plane, chroma, width, height) for plane in (cb, cr)]
        return self._bgr(layers)

    def scaled(self, width: int, height: int) -> Image:
        """Return the whole frame as BGR at another size."""
        return self._bgr([shrunk(plane, width, height) for plane in self.planes])

    def bgr(self, bounds: tuple[int, int, int, int] | None = None) -> Image:
        """Return whole pixels (x0, y0, x1, y1) as BGR; without bounds, the whole frame."""
        x0, y0, x1, y1 = bounds or (0, 0, self.width, self.height)
        shift = np.array([[1.0, 0.0, x0], [0.0, 1.0, y0]])
        return self.view(shift, x1 - x0, y1 - y0)

    def painted(self, patches: Iterable[Patch]) -> "Frame":
        """Return the frame with the patches laid on in order; untouched samples stay exact."""
        todo = [patch for patch in patches if patch.alpha.size]
        if not todo:
            return self
        planes = (self.planes[0].copy(), self.planes[1].copy(), self.planes[2].copy())
        for patch in todo:
            _paint(planes, patch, self.sampling)
        return replace(self, planes=planes)

    def black(self) -> "Frame":
        """Return a black frame of the same time and format."""
        unit = 1 << (self.sampling.depth - 8)
        dark = 0 if self.sampling.full_range else 16 * unit
        y, cb, cr = self.planes
        planes = (
            np.full_like(y, dark),
            np.full_like(cb, 128 * unit),
            np.full_like(cr, 128 * unit),
        )
        return replace(self, planes=planes)

    def _bgr(self, layers: list[Plane]) -> Image:
        stacked = cv2.merge(layers)
        if self.sampling.depth == BYTE:
            # OpenCV rounds and saturates to the type of its input.
            return cv2.transform(stacked, self.sampling.to_bgr())
        colours = cv2.transform(stacked.astype(np.float32), self.sampling.to_bgr())
        return np.clip(np.rint(colours), 0, 255).astype(np.uint8)


def still(picture: Image) -> Frame:
    """Return a BGR picture as a frame: full range, without loss of chroma."""
    sampling = Sampling("bt601", full_range=True, chroma_width=1, chroma_height=1)
    colours = cv2.transform(picture.astype(np.float32), sampling.from_bgr())
    samples = np.clip(np.rint(colours), 0, 255).astype(np.uint8)
    return Frame(0, 0, (samples[..., 0], samples[..., 1], samples[..., 2]), sampling)


def _paint(planes: tuple[Plane, Plane, Plane], patch: Patch, sampling: Sampling) -> None:
    patch = _visible(patch, planes[0].shape)
    if not patch.alpha.size:
        return
    luma, *chroma = cv2.split(cv2.transform(patch.bgr, sampling.from_bgr()))
    _blend(planes[0], luma, patch.alpha, (patch.x0, patch.y0), sampling.white)
    if (sampling.chroma_width, sampling.chroma_height) == (1, 1):
        for plane, layer in zip(planes[1:], chroma, strict=True):
            _blend(plane, layer, patch.alpha, (patch.x0, patch.y0), sampling.white)
        return
    _paint_chroma(planes, chroma, patch, sampling)


def _visible(patch: Patch, shape: tuple[int, ...]) -> Patch:
    """Drop what sticks out of a picture of this height and width; float32 from here on."""
    height, width = shape
    left, top = max(0, -patch.x0), max(0, -patch.y0)
    part = np.s_[top : max(top, height - patch.y0), left : max(left, width - patch.x0)]
    colours, alpha = (
        layer[part].astype(np.float32, copy=False) for layer in (patch.bgr, patch.alpha)
    )
    return Patch(patch.x0 + left, patch.y0 + top, colours, alpha)


def _paint_chroma(
    planes: tuple[Plane, Plane, Plane], wanted: Sequence[Floats], patch: Patch, sampling: Sampling
) -> None:
    """Shrink the patch by area to the chroma grid; its corners need not lie on that grid."""
    fx, fy = sampling.chroma_width, sampling.chroma_height
    height, width = planes[0].shape
    x1, y1 = patch.x0 + patch.alpha.shape[1], patch.y0 + patch.alpha.shape[0]
    left, top, right, bottom = patch.x0 % fx, patch.y0 % fy, -x1 % fx, -y1 % fy
    # The last sample of an odd picture stands for fewer pixels: all of them may be in the patch.
    over, under = right * (x1 == width), bottom * (y1 == height)

    def shrunk(layer: Floats) -> Floats:
        ended = cv2.copyMakeBorder(layer, 0, under, 0, over, cv2.BORDER_REPLICATE)
        rim = (top, bottom - under, left, right - over)
        cells = cv2.copyMakeBorder(ended, *rim, cv2.BORDER_CONSTANT, value=0.0)
        size = (cells.shape[1] // fx, cells.shape[0] // fy)
        return cv2.resize(cells, size, interpolation=cv2.INTER_AREA)

    alpha = shrunk(patch.alpha)
    corner = ((patch.x0 - left) // fx, (patch.y0 - top) // fy)
    for plane, layer in zip(planes[1:], wanted, strict=True):
        mean = shrunk(layer * patch.alpha) / np.maximum(alpha, 1e-6)
        _blend(plane, mean, alpha, corner, sampling.white)


def _blend(
    plane: Plane, wanted: Floats, alpha: Floats, corner: tuple[int, int], white: int
) -> None:
    """Mix `wanted` into the part of the plane that begins at `corner`; float32, both (h, w)."""
    x0, y0 = corner
    height, width = alpha.shape
    target = plane[y0 : y0 + height, x0 : x0 + width]
    # With full weight nothing of the target remains, not even in how a sum is rounded.
    rest = 1 - alpha
    rest *= target
    mixed = wanted * alpha
    mixed += rest
    np.clip(np.rint(mixed, out=mixed), 0, white, out=mixed)
    # A sample that no weight touches keeps its value to the bit.
    np.copyto(target, mixed.astype(plane.dtype), where=alpha > 0)
