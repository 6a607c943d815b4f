"""What detectors of all families have in common: how pictures become inputs, outputs faces."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.faces import Detection
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Box, Floats

Size = tuple[int, int]
"""Width and height."""

STRIDES: Final = (8, 16, 32)
"""Pixels of the input for one cell of each output, in all families that look at three scales."""

WHITE: Final = 255.0


class Candidates(NamedTuple):
    """What a network takes for faces, in pixels of its input, the same face many times."""

    boxes: Floats
    """(n, 4): x0, y0, x1, y1."""
    scores: Floats
    """(n,)."""
    points: Floats
    """(n, 5, 2): in the order of `Detection.points`."""


@dataclass(frozen=True, slots=True)
class DetectorFamily:
    """What the files of one architecture share."""

    name: str
    threshold: float
    """The score from which something is a face: its authors' own, or the reason stands beside it."""
    overlap: float
    """Intersection over union from which two boxes are one face, in its authors' code."""
    multiple: int
    """What the sides of its input are multiples of, where the file leaves them open."""
    outputs: tuple[tuple[int | None, ...], ...]
    """The last dimensions of each output; None for one that differs with the picture."""
    planes: Callable[[Image], NDArray[np.float32]]
    """Turns a BGR picture (height, width, 3) into what the network takes: (3, height, width)."""
    decode: Callable[[Sequence[Floats], Size, float], Candidates]
    """Takes the outputs for one picture, the size of the input, and the least score."""
    names: tuple[str, ...] = ()
    """Of the outputs, where they are told by them and not by their order."""
    stretched: bool = False
    """A picture is stretched to fill the input, not set into its upper left corner."""


class Layout(NamedTuple):
    """Where a picture lies in the input of a network: in the upper left corner."""

    content: Size
    """Of the picture in the input."""
    canvas: Size
    """Of the input; what is beyond the picture is black."""

    @classmethod
    def of(cls, picture: Size, family: DetectorFamily, fixed: Size | None) -> "Layout":
        """
        Return it for a picture.

        `fixed`: the size that the file prescribes. What is larger is scaled down to fit; nothing
        is scaled up, since callers choose at which size they look.
        """
        if fixed is not None:
            scale = min(1.0, *(side / length for side, length in zip(fixed, picture, strict=True)))
            width, height = (max(1, round(length * scale)) for length in picture)
            return cls((width, height), fixed)
        width, height = (-(-length // family.multiple) * family.multiple for length in picture)
        canvas = max(width, family.multiple), max(height, family.multiple)
        return cls(canvas if family.stretched else picture, canvas)

    def laid_out(self, image: Image) -> Image:
        """Return the picture in the input."""
        height, width = image.shape[:2]
        if self.content != (width, height):
            method = cv2.INTER_LINEAR if self.content == self.canvas else cv2.INTER_AREA
            image = cv2.resize(image, self.content, interpolation=method)
        if self.content == self.canvas:
            return image
        across, down = (self.canvas[k] - self.content[k] for k in (0, 1))
        return cv2.copyMakeBorder(image, 0, down, 0, across, cv2.BORDER_CONSTANT, value=(0, 0, 0))


def red_first(image: Image) -> NDArray[np.float32]:
    """Return the planes of a BGR picture as RGB in 0..255."""
    return np.array(cv2.split(image)[::-1], np.float32)


def blue_first(image: Image) -> NDArray[np.float32]:
    """Return the planes of a BGR picture as they are, in 0..255."""
    return np.array(cv2.split(image), np.float32)


def red_to_one(image: Image) -> NDArray[np.float32]:
    """Return the planes of a BGR picture as RGB in 0..1."""
    return red_first(image) / np.float32(WHITE)


def blue_to_one(image: Image) -> NDArray[np.float32]:
    """Return the planes of a BGR picture as they are, in 0..1."""
    return blue_first(image) / np.float32(WHITE)


def cells(size: Size, stride: int) -> Floats:
    """Return column and row of each cell of an output, row by row: (n, 2)."""
    columns, rows = size[0] // stride, size[1] // stride
    grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1)
    return grid.reshape(-1, 2).astype(np.float32)


def joined(parts: Sequence[Candidates]) -> Candidates:
    """Return the candidates of several scales as one."""
    boxes, scores, points = zip(*parts, strict=True)
    return Candidates(np.concatenate(boxes), np.concatenate(scores), np.concatenate(points))


def faces(
    found: Candidates, threshold: float, overlap: float, across: float, down: float
) -> tuple[Detection, ...]:
    """
    Return each face once, best score first.

    `across`, `down`: pixels of the picture for one of the input. Greedy non-maximum suppression.
    """
    boxes = np.asarray(found.boxes, np.float32)
    sides = np.column_stack([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]])
    kept = cv2.dnn.NMSBoxes(sides.tolist(), found.scores.tolist(), threshold, overlap)
    detections = []
    for index in np.asarray(kept, np.int64).reshape(-1):
        x0, y0, x1, y1 = (boxes[index] * [across, down, across, down]).tolist()
        points = (found.points[index] * [across, down]).astype(np.float32)
        detections.append(Detection(Box(x0, y0, x1, y1), float(found.scores[index]), points))
    return tuple(sorted(detections, key=lambda face: -face.score))
