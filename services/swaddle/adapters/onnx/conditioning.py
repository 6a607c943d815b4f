"""
What a face inpainter is given: surroundings with a hole, keypoints, and a latent for a person.

The hole is blanked in the frame, before anything is resampled, so that no kernel and no rounding
can carry a pixel of the real face into the network. Keypoints tell it pose and expression, as the
method wants it; they come from the mesh, not from pixels.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.faces import Mesh
from swaddle.kernel.frames import Frame, Sampling
from swaddle.kernel.geometry import Box, Floats, Region
from swaddle.kernel.seeds import generator
from swaddle.kernel.texture_space import pose, with_forehead
from swaddle.swapping.ports import FaceToSwap

from .alignment import Square, placed, resampled
from .crops import MARGIN
from .inpainter_description import InpainterDescription, Keypoints, Latent, Part
from .masks import CELLS, SHIFT, filled, hidden_mask, sixteenths

LATENT_DOMAIN: Final = b"swaddle/latent/v1"

TOUCHED: Final = 0.02
"""Share of blanked pixels in a pixel of the crop from which it belongs to the hole. Below lie the
outer lobes of Lanczos' kernel, which carry the blank's one colour and nothing of the face."""

GREY: Final = 128.0
"""The blank's colour where the frame shows nothing but the hole."""

LEAST_EXTENT: Final = 1.0
"""Pixels over which a mesh has to spread: of less there is no face to paint."""

MOST_EXTENT: Final = 20_000.0
"""Pixels over which a mesh may spread: more than that is none, and too large to be drawn."""

DRAWN_SHARE: Final = 1 / 128
"""Width of a drawn line, in sides."""


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """A face's place in a frame, without the face."""

    square: Square
    outline: Floats
    """(n, 2): corners of the hole, convex, in frame pixels. No pixel inside is in `picture`."""
    picture: Floats
    """(side, side, 3): BGR, 0..255; one colour inside the hole."""
    hole: NDArray[np.bool_]
    """(side, side)."""
    weight: Floats
    """(128, 128): of the new face: 1 on the face, 0 from the border of the hole on."""


def surroundings(
    frame: Frame, face: FaceToSwap, known: InpainterDescription
) -> Surroundings | None:
    """Return what a network may see of a face's place; None where no face is in the frame."""
    if not np.isfinite(face.landmarks).all():
        return None
    if not LEAST_EXTENT <= float(np.ptp(face.landmarks[:, :2], axis=0).max()) <= MOST_EXTENT:
        return None
    points = with_forehead(face.landmarks, pose(face.landmarks))
    angle = 0.0 if known.crop.upright else Mesh(face.landmarks, 1.0).region().angle
    turned, middle = _level(points, angle)
    hole = _hole(turned, middle, known) @ _turn(angle).T
    if Box.around(hole).clipped(frame.width, frame.height).area <= 0:
        return None
    size = known.crop.size * known.hole.grown * float(np.ptp(turned, axis=0).max())
    cx, cy = (_turn(angle) @ middle).tolist()
    square = _square(Region(cx, cy, size, angle))
    picture, blank = _blanked(frame, square, hole, known.side)
    weight = _weight(points, hole, square)
    if face.occlusion.any():
        weight = weight * (1 - hidden_mask(face, points, square))
    return Surroundings(square, hole, picture, blank, weight)


def conditions(
    around: Surroundings, face: FaceToSwap, identity_id: str, known: InpainterDescription
) -> list[NDArray[Any]]:
    """Return each input of the network, in the order of its description, float32."""

    def made(part: Part) -> Floats:
        match part:
            case "picture":
                return _planes(around, known)
            case "mask":
                told = np.where(around.hole, known.hole.masked, known.hole.kept)
                return told[None]
            case "latent":
                return latent(identity_id, known.latent)
            case "keypoints":
                return _keypoints(around.square, face, known)

    return [
        np.concatenate([made(part) for part in parts]).astype(np.float32)
        for parts in known.inputs.values()
    ]


def latent(identity_id: str, known: Latent) -> Floats:
    """
    Return the numbers that stand for a person, (length,): the same in every frame and video.

    Drawn by PCG64 from SHA-256 of a domain and the identity's name, which itself follows from the
    secret key: independent normal numbers as in DeepPrivacy2 (Hukkelaas and Lindseth, WACV 2023),
    or one of CIAGAN's trained identities (Maximov et al., CVPR 2020).
    """
    random = generator(hashlib.sha256(LATENT_DOMAIN + identity_id.encode()).digest())
    if known.kind == "normal":
        return random.standard_normal(known.length)
    chosen = int(random.integers(known.length))
    return np.eye(1, known.length, chosen)[0]


def _turn(angle: float) -> Floats:
    """Return the matrix (2, 2) that turns clockwise on the screen."""
    c, s = float(np.cos(angle)), float(np.sin(angle))
    return np.array([[c, -s], [s, c]])


def _level(points: Floats, angle: float) -> tuple[Floats, Floats]:
    """Return the points turned back, (n, 2), and the middle of their box, (2,)."""
    turned: Floats = points[:, :2] @ _turn(angle)
    return turned, (turned.min(axis=0) + turned.max(axis=0)) / 2


def _hole(turned: Floats, middle: Floats, known: InpainterDescription) -> Floats:
    """Return the corners of the hole, convex, as the turned points lie: (n, 2)."""
    if known.hole.shape == "outline":
        hull = cv2.convexHull(turned.astype(np.float32))[:, 0].astype(np.float64)
        return np.asarray(middle + known.hole.grown * (hull - middle))
    half = known.hole.grown * np.ptp(turned, axis=0) / 2
    return np.asarray(middle + half * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]))


def _square(region: Region) -> Square:
    matrix = region.matrix(1)
    matrix[:, 2] -= matrix[:, :2] @ np.array([0.5, 0.5])
    return Square(matrix)


def _blanked(
    frame: Frame, square: Square, hole: Floats, side: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the square with one colour in the hole, and where that is: at the network's size."""
    reach = np.vstack([square.corners, hole])
    low, high = reach.min(axis=0) - MARGIN, reach.max(axis=0) + MARGIN
    x0, y0, x1, y1 = Box(low[0], low[1], high[0], high[1]).pixels(frame.width, frame.height)
    region = frame.bgr((x0, y0, x1, y1)).astype(np.float32)
    blank = _blank(hole - [x0, y0], region.shape[:2], _chroma_reach(frame.sampling))
    bare = region[blank == 0]
    region[blank > 0] = bare.mean(axis=0) if len(bare) else GREY
    matrix = square.matrix(side)
    matrix[:, 2] -= [x0, y0]
    seen = resampled(np.dstack([region, blank]), matrix, side, side)
    return np.clip(seen[..., :3], 0, 255), np.abs(seen[..., 3]) > TOUCHED


def _chroma_reach(sampling: Sampling) -> int:
    """Return how far, in pixels, a pixel's chroma spreads when a frame is turned into colours."""
    return 2 * max(sampling.chroma_width, sampling.chroma_height)


def _blank(corners: Floats, shape: tuple[int, ...], reach: int) -> Floats:
    """Return 1 on every pixel that a convex polygon comes near to, 0 elsewhere."""
    inside = filled(sixteenths(corners), shape)
    grown = cv2.dilate(inside, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    return grown.astype(np.float32)


def _weight(points: Floats, hole: Floats, square: Square) -> Floats:
    """Return 1 on the face with its forehead, fading to 0 inside the hole: (128, 128)."""
    matrix = square.from_picture(CELLS)
    inside = filled(sixteenths(placed(hole, matrix)), (CELLS, CELLS))
    hull = cv2.convexHull(sixteenths(placed(points[:, :2], matrix)))
    face = filled(hull, (CELLS, CELLS))
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 5)
    # Whole well before the face begins, so that nothing of the face shows through.
    gap = float(depth[face > 0].min(initial=float(CELLS)))
    ramp = np.clip((depth - 1) / max(1.0, gap / 2), 0, 1)
    smooth: Floats = np.maximum(ramp * ramp * (3 - 2 * ramp), face).astype(np.float32)
    return smooth


def _planes(around: Surroundings, known: InpainterDescription) -> Floats:
    share = around.picture / 255
    shown = known.low + (known.high - known.low) * share
    shown[around.hole] = known.hole.value
    ordered = shown[..., ::-1] if known.colours == "rgb" else shown
    return np.ascontiguousarray(ordered.transpose(2, 0, 1))


def _keypoints(square: Square, face: FaceToSwap, known: InpainterDescription) -> Floats:
    told, side = known.keypoints, known.side
    if told is None:
        return np.zeros((0, side, side))
    means = [face.landmarks[list(group), :2].mean(axis=0) for group in told.points]
    places = placed(np.array(means), square.from_picture(side))
    match told.kind:
        case "coordinates":
            return np.asarray((places + 0.5) / side).reshape(-1)
        case "heatmaps":
            return _heatmaps(places, told.sigma * side, side)
        case "drawing":
            return known.low + (known.high - known.low) * _drawing(places, told, side)


def _heatmaps(places: Floats, sigma: float, side: int) -> Floats:
    """Return a bell of height 1 for each point: (n, side, side)."""
    rows, columns = np.mgrid[:side, :side]
    across = columns - places[:, 0, None, None]
    down = rows - places[:, 1, None, None]
    bells: Floats = np.exp(-(across**2 + down**2) / (2 * sigma**2))
    return bells


def _drawing(places: Floats, told: Keypoints, side: int) -> Floats:
    """Return points and lines, 1 on 0: (planes, side, side)."""
    canvas = np.zeros((side, side), np.uint8)
    width = max(1, round(DRAWN_SHARE * side))
    fixed = sixteenths(places)
    for line in told.lines:
        cv2.polylines(canvas, [fixed[list(line)]], False, 1, width, shift=SHIFT)  # noqa: FBT003 - OpenCV's flag
    for point in fixed.tolist():
        cv2.circle(canvas, point, width << SHIFT, 1, -1, shift=SHIFT)
    return np.repeat(canvas[None].astype(np.float64), told.planes, axis=0)
