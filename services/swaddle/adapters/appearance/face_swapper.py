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

from swaddle.kernel.faces import INNER_LIPS, LEFT_EYE, RIGHT_EYE, AgeGroup
from swaddle.kernel.frames import Frame, Image, Patch
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import IdentityPlan
from swaddle.kernel.texture_space import (
    canonical,
    inwards,
    plain_skin,
    pose,
    with_forehead,
)
from swaddle.kernel.warping import sampled
from swaddle.swapping.ports import FaceToSwap, SwappedFace, SwapRequest

from .canvas import Canvas, stretched
from .detail import Detail, detail_of, face_height
from .displacing import NARROWEST, displacement
from .irises import recolour
from .lids import lid_weight
from .light import (
    FLOOR,
    LUMA,
    blurred,
    colour_share,
    desaturated,
    deviation,
    finest,
    grain,
    light_on,
    paled,
)
from .lips import parting
from .people import ENGINE, Person, rebuild

EDGE: Final = 20.0
"""Texture pixels over which the synthetic face fades into the frame, inwards from its border."""

CONTRASTS: Final = (0.2, 0.6)
"""The texture is scaled to the detail of the person's own skin, between these factors. By eye: at 0.9
the young have adults' brows and shadows, and adults shine like metal where their own faces are
contrasty; from 0.4 on down people lose their brows."""

STRONGEST: Final = np.array([0.17, 0.14, 0.16])
"""Detail of skin, by zone, above which the person's own is not followed: what the real faces of the
development clips have at most (seven people, 0.06 to 0.17). The rendered adult of the demonstration has
0.25, 0.16 and 0.22, and whoever replaced it had folds like a carved mask."""

FRESH: Final = 0.3
"""Share of the missing grain that is added: it is new in each frame, that of a face is partly its
skin's and stays. With 0.6, faces on the head-pose clip flicker 1.2 times as much as the original's,
and their landmarks' correlation in the face is lower by 0.03 than without any."""

KEPT: Final = ((LEFT_EYE, 0.015), (RIGHT_EYE, 0.015), (INNER_LIPS, 0.0))
"""What shows through, and how many heights of the face around it: the edges of the lids with their
lashes, which a mesh misses by about as much. With 0.04 and 0.02 (folds of the lids, edge of the lips)
eyes and mouth follow more closely, but somebody who has learned to undo a swap finds 30 % of the people
at rank 1 in place of 19 % (`make attack`)."""

BESIDE: Final = np.ones((7, 7), np.uint8)
"""What is near to something that hides the face: three cells of its mask. With less, foreheads darken
towards hair (by eye, sixteen synthetic portraits)."""

LITTLE: Final = 0.02
"""What such a place weighs: as much as a brow, and enough where there is no other."""

KEPT_EDGE: Final = 0.006
"""Heights of the face over which that fades: deviation of a Gaussian."""


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
        return SwappedFace(_rendered(frame, face, person, real, canvas), synthetic[:468])

    def swap_each(self, requests: Sequence[SwapRequest]) -> Sequence[SwappedFace | None]:
        """Return what `swap` does, one after the other: a CPU gains nothing from a batch."""
        return [self.swap(r.frame, r.face, r.identity, r.group) for r in requests]


@cache
def _fade() -> Floats:
    """Return the weight of the synthetic face in texture space: (256, 256)."""
    ramp = np.clip(inwards() / EDGE, 0, 1).astype(np.float32)
    return ramp * ramp * (3 - 2 * ramp)


@cache
def _plain_skin() -> Floats:
    return plain_skin().astype(np.float32)


def _rendered(
    frame: Frame, face: FaceToSwap, person: Person, real: Floats, canvas: Canvas
) -> Patch:
    corner = np.array([canvas.x0, canvas.y0])
    original = frame.bgr(canvas.bounds).astype(np.float32)
    from_frame = canvas.lookup(real[:, :2] - corner)
    warped = cv2.remap(original, *from_frame, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    size = face_height(canvas.points)
    kept = _kept(canvas, size)
    detail = detail_of(person, _strength(person, face), size)
    hidden, fade, plain, skin = _skin(warped, face, detail, canvas, size)
    alpha = fade * (1 - kept)
    skin = _as_sharp(skin, warped, alpha * (1 - hidden) * plain, frame.number)
    irises = _moved_irises(canvas, real, face.irises)
    eyes = recolour(warped, canvas.points[:468] - corner, irises - corner, person.iris)
    composed = cv2.blendLinear(skin, eyes, alpha, 1 - alpha)
    share = colour_share(warped, canvas.inside * (1 - hidden))
    if share < 1:
        composed = desaturated(composed, share)
    if hidden.any():
        # What is in front of the face is not warped along: it stays where and as it was.
        composed = cv2.blendLinear(original, composed, hidden, 1 - hidden)
    soft = cv2.GaussianBlur(cv2.erode(canvas.inside, np.ones((3, 3))), (0, 0), 1.0) * canvas.inside
    changed = np.where(soft > 1 / 255, soft, 0).astype(np.float32)
    return Patch(canvas.x0, canvas.y0, np.clip(composed, 0, 255), changed)


def _strength(person: Person, face: FaceToSwap) -> Floats:
    """Return by how much each zone of the person's texture counts: (3,)."""
    wanted = np.minimum(face.contrast, STRONGEST)
    return np.clip(wanted / np.maximum(person.contrast, 1e-6), *CONTRASTS)


def _skin(
    warped: Floats, face: FaceToSwap, detail: Detail, canvas: Canvas, size: float
) -> tuple[Floats, Floats, Floats, Floats]:
    """
    Return what is hidden, the weight of the face, where skin is plain, and the synthetic skin.

    All are smooth at the scale of the texture, and so are computed on the canvas's coarse grid.
    """
    from_texture = canvas.coarse_lookup(canonical()[:, :2])
    inside = canvas.coarse_inside
    hidden = _in_frame(face.occlusion, from_texture) * inside
    fade = cv2.remap(_fade(), *from_texture, cv2.INTER_LINEAR) * inside
    plain = cv2.remap(_plain_skin(), *from_texture, cv2.INTER_LINEAR)
    # Beside hair is more hair, beside a hand its shadow: the light is read there where nothing else is.
    beside = _in_frame(cv2.dilate(face.occlusion, BESIDE), from_texture)
    weight = inside * plain * np.maximum(1 - beside, LITTLE * (1 - hidden))
    light = light_on(canvas.shrunk(warped), weight, size / canvas.step)
    apart = parting(face.landmarks)
    of_lips = (
        detail.factors + apart * (detail.parted - detail.factors) if apart else detail.factors
    )
    factors, share = (sampled(of, from_texture) for of in (of_lips, detail.paleness))
    counts = lid_weight(face.landmarks)
    if counts is not None:
        factors = 1 + (factors - 1) * sampled(counts, from_texture)[..., None]
    skin = paled(light * factors, share) - FLOOR
    return (
        canvas.grown(hidden) * canvas.inside,
        canvas.grown(fade) * canvas.inside,
        canvas.grown(plain),
        canvas.grown(skin),
    )


def _in_frame(occlusion: Image, from_texture: tuple[Floats, Floats]) -> Floats:
    """Return how much of each place is hidden, softly: (h, w), 0 to 1."""
    if not occlusion.any():
        return np.zeros(from_texture[0].shape, np.float32)
    return sampled(occlusion.astype(np.float32) / 255, from_texture)


def _as_sharp(skin: Floats, warped: Floats, weight: Floats, seed: int) -> Floats:
    """Give the synthetic skin the sharpness and the grain of the real one."""
    real = finest(warped @ LUMA)
    target, own = deviation(real, weight), deviation(finest(skin @ LUMA), weight)
    if own > target:
        skin = blurred(skin, own, target)
        own = deviation(finest(skin @ LUMA), weight)
    missing = target**2 - own**2
    if missing <= 0:
        return skin
    added = grain(real, FRESH * float(np.sqrt(missing)), weight, seed)
    return cv2.add(skin, cv2.merge([added] * 3))


def _kept(canvas: Canvas, size: float) -> Floats:
    """Return where the frame shows through: eyes with the edges of their lids, the inside of the mouth."""
    mask = np.zeros(canvas.shape, np.uint8)
    for part, reach in KEPT:
        corners = np.round((canvas.points[list(part)] - [canvas.x0, canvas.y0]) * 16)
        # Not their hull: on lips that smile it would hold what is between the corners of the mouth.
        rim = corners.astype(np.int32)
        cv2.fillPoly(mask, [rim], 255, shift=4)
        # A line of twice the reach along the outline grows it by the reach.
        width = max(1, round(2 * reach * size))
        cv2.polylines(mask, [rim], isClosed=True, color=255, thickness=width, shift=4)
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
