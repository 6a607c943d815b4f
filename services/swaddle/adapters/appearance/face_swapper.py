"""
A synthetic face in the place of a real one, by warping a mesh.

The mesh of the frame is displaced by the difference of the two people's shapes, zero at the
border. The frame is warped along (so that eyes, mouth and surroundings stay connected), the
synthetic texture is laid over it in the frame's own light, sharpness and grain. Eyeballs, the
inside of the mouth and whatever is in front of the face stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np

from swaddle.kernel.faces import CHIN, FOREHEAD_TOP, INNER_LIPS, LEFT_EYE, RIGHT_EYE, AgeGroup
from swaddle.kernel.frames import Frame, Patch
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import IdentityPlan
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import (
    SIDE,
    by_zone,
    canonical,
    face_mask,
    plain_skin,
    pose,
    with_forehead,
)
from swaddle.swapping.ports import FaceToSwap, SwappedFace, SwapRequest

from .canvas import Canvas, stretched
from .displacing import NARROWEST, displacement
from .irises import recolour
from .light import (
    FLOOR,
    LIGHT_SIGMA,
    LUMA,
    coarse,
    dulled,
    fine_deviation,
    grain,
    highlit,
    light_of,
    matched,
)
from .people import ENGINE, Person, rebuild

EDGE: Final = 20.0
"""Texture pixels over which the synthetic face fades into the frame, inwards from its border."""

CONTRASTS: Final = (0.2, 0.6)
"""The texture is scaled to the detail of the person's own skin, between these factors. By eye: at 0.9
the young have adults' brows and shadows, and adults shine like metal where their own faces are
contrasty; from 0.4 on down people lose their brows."""

FRESH: Final = 0.3
"""Share of the missing grain that is added: it is new in each frame, that of a face is partly its
skin's and stays. With 0.6, faces on the head-pose clip flicker 1.2 times as much as the original's,
and their landmarks' correlation in the face is lower by 0.03 than without any."""

KEPT: Final = ((LEFT_EYE, 0.015), (RIGHT_EYE, 0.015), (INNER_LIPS, 0.0))
"""What shows through, and how many heights of the face around it: the edges of the lids with their
lashes, which a mesh misses by about as much. With 0.04 and 0.02 (folds of the lids, edge of the lips)
eyes and mouth follow more closely, but somebody who has learned to undo a swap finds 30 % of the people
at rank 1 in place of 19 % (`make attack`)."""

KEPT_EDGE: Final = 0.006
"""Heights of the face over which that fades: deviation of a Gaussian."""

SMALLEST_TEXTURE: Final = 32
"""Texture pixels: a side below which a texture is not halved any more."""

FINER: Final = 0.5
"""Pixels of the frame for one of the texture below which the texture is too fine: at one for two,
halving it loses nothing."""


@dataclass(frozen=True, slots=True)
class AppearanceFaceSwapper:
    """Renders people from the face space, on the CPU."""

    fingerprint: str = ENGINE

    def swap(
        self, frame: Frame, face: FaceToSwap, identity: IdentityPlan, group: AgeGroup
    ) -> SwappedFace | None:
        """Return the face; None outside the frame, and where nobody of the face space is meant."""
        if not identity.of_face_space:
            return None
        person = rebuild(identity, group)
        at = pose(face.landmarks)
        real = with_forehead(face.landmarks, at)
        synthetic = real + displacement(person.shape, face.shape, face.landmarks, at)
        canvas = stretched(synthetic, frame.width, frame.height)
        if canvas is None:
            return None
        ratio = face.contrast / np.maximum(person.contrast, 1e-6)
        strength = by_zone(np.clip(ratio, *CONTRASTS)).astype(np.float32)[:, None, None]
        patch = _rendered(frame, face, person, real, canvas, strength)
        return SwappedFace(patch, synthetic[:468])

    def swap_each(self, requests: Sequence[SwapRequest]) -> Sequence[SwappedFace | None]:
        """Return what `swap` does, one after the other: a CPU gains nothing from a batch."""
        return [self.swap(r.frame, r.face, r.identity, r.group) for r in requests]


@cache
def _fade() -> Floats:
    """Return the weight of the synthetic face in texture space: (256, 256)."""
    padded = cv2.copyMakeBorder(face_mask().astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    inwards = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    ramp = np.clip(inwards / EDGE, 0, 1).astype(np.float32)
    return ramp * ramp * (3 - 2 * ramp)


@cache
def _plain_skin() -> Floats:
    return plain_skin().astype(np.float32)


def _rendered(
    frame: Frame,
    face: FaceToSwap,
    person: Person,
    real: Floats,
    canvas: Canvas,
    strength: Floats,
) -> Patch:
    corner = np.array([canvas.x0, canvas.y0])
    original = frame.bgr(canvas.bounds).astype(np.float32)
    inside = canvas.inside
    from_frame = canvas.lookup(real[:, :2] - corner)
    warped = cv2.remap(original, *from_frame, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    size = _face_height(canvas.points)
    kept = _kept(canvas, size)
    hidden, fade, plain, skin = _skin(warped, face, person, canvas, strength)
    skin = _as_sharp(skin, warped, fade * (1 - hidden) * (1 - kept) * plain, frame.number)
    moved = canvas.points[:468] - corner
    irises = _moved_irises(canvas, real, face.irises)
    eyes = recolour(warped, moved, irises - corner, person.iris)
    alpha = (fade * (1 - kept))[..., None]
    composed = eyes + (skin - eyes) * alpha
    # What is in front of the face is not warped along: it stays where and as it was.
    composed += (original - composed) * hidden[..., None]
    blend = cv2.GaussianBlur(cv2.erode(inside, np.ones((3, 3))), (0, 0), 1.0) * inside
    changed = np.where(blend > 1 / 255, blend, 0).astype(np.float32)
    return Patch(canvas.x0, canvas.y0, np.clip(composed, 0, 255), changed)


def _skin(
    warped: Floats, face: FaceToSwap, person: Person, canvas: Canvas, strength: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """
    Return what is hidden, the weight of the face, where skin is plain, and the synthetic skin.

    All are smooth at the scale of the texture, and so are computed on the canvas's coarse grid.
    """
    from_texture = canvas.coarse_lookup(canonical()[:, :2])
    inside = canvas.coarse_inside
    hidden = _in_frame(face.occlusion.astype(np.float32) / 255, from_texture) * inside
    fade = cv2.remap(_fade(), *from_texture, cv2.INTER_LINEAR) * inside
    plain = cv2.remap(_plain_skin(), *from_texture, cv2.INTER_LINEAR)
    size = _face_height(canvas.points) / canvas.step
    texture = _at_scale(person.texture * strength, size)
    colours = canvas.shrunk(warped)
    skin = _painted(colours, texture, from_texture, inside * (1 - hidden) * plain, size)
    return (
        canvas.grown(hidden) * canvas.inside,
        canvas.grown(fade) * canvas.inside,
        canvas.grown(plain),
        canvas.grown(skin),
    )


def _in_frame(cells: Floats, from_texture: tuple[Floats, Floats]) -> Floats:
    """Sample a coarse texture-space mask in the frame, softly."""
    scale = TEXTURE_CELLS / SIDE
    x, y = (((v + 0.5) * scale - 0.5).astype(np.float32) for v in from_texture)
    return cv2.remap(cells, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _painted(
    warped: Floats,
    texture: Floats,
    from_texture: tuple[Floats, Floats],
    plain: Floats,
    size: float,
) -> Floats:
    """Return the synthetic skin in the frame's light: (h, w, 3)."""
    scale = texture.shape[0] / SIDE
    x, y = (((v + 0.5) * scale - 0.5).astype(np.float32) for v in from_texture)
    detail = cv2.remap(texture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    sigma = LIGHT_SIGMA * size
    # The kernel that warps swings below black beside what is very bright.
    light = light_of(np.log(np.maximum(warped, 0) + FLOOR), plain, sigma)
    # The detail's own coarse part gives way to that of the frame.
    detail = detail - coarse(detail, plain, sigma)
    return highlit(np.exp(light + dulled(detail)), detail @ LUMA) - FLOOR


def _at_scale(texture: Floats, size: float) -> Floats:
    """Return the texture no finer than the frame, so that small faces do not shimmer."""
    while texture.shape[0] > SMALLEST_TEXTURE and size < FINER * texture.shape[0]:
        half = texture.shape[0] // 2
        texture = cv2.resize(texture, (half, half), interpolation=cv2.INTER_AREA)
    return texture


def _as_sharp(skin: Floats, warped: Floats, weight: Floats, seed: int) -> Floats:
    """Give the synthetic skin the sharpness and the grain of the real one."""
    luma = warped @ LUMA
    target = fine_deviation(luma, weight)
    skin = matched(skin, target, weight)
    missing = target**2 - fine_deviation(skin @ LUMA, weight) ** 2
    if missing <= 0:
        return skin
    added = grain(luma, FRESH * float(np.sqrt(missing)), weight, seed)
    return skin + added[..., None]


def _kept(canvas: Canvas, size: float) -> Floats:
    """Return where the frame shows through: eyes with the edges of their lids, the inside of the mouth."""
    mask = np.zeros(canvas.shape, np.uint8)
    for part, reach in KEPT:
        corners = np.round((canvas.points[list(part)] - [canvas.x0, canvas.y0]) * 16)
        hull = cv2.convexHull(corners.astype(np.int32))
        cv2.fillPoly(mask, [hull], 255, shift=4)
        # A line of twice the reach along the outline grows it by the reach.
        width = max(1, round(2 * reach * size))
        cv2.polylines(mask, [hull], isClosed=True, color=255, thickness=width, shift=4)
    soft = max(KEPT_EDGE * size, 0.6)
    return cv2.GaussianBlur(mask, (0, 0), soft).astype(np.float32) / 255


def _moved_irises(canvas: Canvas, real: Floats, irises: Floats) -> Floats:
    """Return where the irises lie after their eyes were moved and scaled: (2, 5, 2)."""
    placed = []
    for eye, iris in zip((LEFT_EYE, RIGHT_EYE), irises, strict=True):
        before, after = real[list(eye), :2], canvas.points[list(eye)]
        size = float(np.linalg.norm(before - before.mean(axis=0)))
        scale = float(np.linalg.norm(after - after.mean(axis=0))) / max(size, NARROWEST)
        placed.append(after.mean(axis=0) + scale * (iris - before.mean(axis=0)))
    return np.array(placed)


def _face_height(points: Floats) -> float:
    return 1.15 * float(np.linalg.norm(points[FOREHEAD_TOP] - points[CHIN]))
