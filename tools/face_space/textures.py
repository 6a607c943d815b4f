"""
De-lit textures of synthetic faces, and how they vary.

A texture is the logarithm of the colours minus its own low frequencies: what is left is the
detail that makes a person (brows, lids, lips, the shading of nose and cheeks), without the light
and the skin tone, which a video keeps. Left and right are averaged below a certain scale, because
what differs there is mostly the light of the studio.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from swaddle.kernel.faces import OVAL, AgeGroup
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats
from swaddle.kernel.texture_space import (
    LUMA,
    SIDE,
    canonical,
    face_mask,
    plain_skin,
    pose,
    unwrap,
    with_forehead,
)

from .pictures import Face

UNFIT = {
    *("glasses", "mouth_open", "hard_light", "monochrome", "occluded", "strong_expression"),
    *("marked", "turned", "broken", "facial_hair"),
}
FLOOR = 8.0
"""Added before the logarithm, so that noise in the dark does not become detail."""
LIGHT_SIGMA = 0.2 * SIDE
"""Coarser than this is light."""
SYMMETRIC_SIGMA = 2.5
"""Coarser than this is averaged over both halves of the face, in texture pixels."""
CHROMA_SIDE = 64
CHROMA_COMPONENTS = 8
YOUNG_COMPONENTS, ADULT_COMPONENTS = 40, 48
CHEEKS = (50, 280, 205, 425, 101, 330, 117, 346)
BROWS = (105, 334)


@dataclass(frozen=True, slots=True)
class Texture:
    """One face's detail and where it can be trusted."""

    group: AgeGroup
    elder: bool
    detail: Floats
    """(256, 256, 3): log colours without their low frequencies."""
    weight: Floats
    """(256, 256): 0 where hair, the border or nothing is seen."""


def fit_for_texture(face: Face) -> bool:
    """Return whether the picture shows bare skin in soft light."""
    return not face.picture.flags & UNFIT


def texture_of(face: Face) -> Texture:
    """Return the detail of a face."""
    points = with_forehead(face.landmarks, pose(face.landmarks))
    unwrapped = unwrap(face.image, points)
    weight = np.maximum(_skin(unwrapped), _inner_face())
    if "fringe" in face.picture.flags:
        weight = weight * _below_brows()
    logs = np.log(unwrapped.astype(np.float64) + FLOOR)
    light = _blurred(logs, weight * plain_skin(), LIGHT_SIGMA)
    detail = np.clip(logs - light, -1.8, 0.8)
    detail, weight = _symmetric(detail, weight)
    return Texture(
        face.picture.group, face.picture.age == "elder", detail, weight * _trusted_zone()
    )


def means(textures: list[Texture]) -> dict[AgeGroup, Floats]:
    """Return the mean detail of each age group: (256, 256, 3), fading where little is known."""
    result = {}
    for group in AgeGroup:
        own = [t for t in textures if t.group is group and not t.elder]
        total = sum(t.detail * t.weight[..., None] for t in own)
        weight = sum(t.weight for t in own)
        result[group] = total / np.maximum(weight, 1.5)[..., None] * _trusted_zone()[..., None]
    return result


def luma_components(
    textures: list[Texture], average: dict[AgeGroup, Floats], *, young: bool
) -> Floats:
    """
    Return how the luma of textures varies: (n, 256, 256), each one standard deviation long.

    For the young, the few infants and children are joined by the coarse part of how adults
    vary; wrinkles and pores stay behind.
    """
    rows = []
    for texture in textures:
        deviation = (texture.detail - average[texture.group]) @ LUMA * texture.weight
        is_young = texture.group is not AgeGroup.ADULT
        if young and not is_young and not texture.elder:
            rows.append(0.7 * cv2.GaussianBlur(deviation, (0, 0), 4))
        elif young == is_young and not texture.elder:
            rows.append(deviation)
    return _components(np.array(rows), YOUNG_COMPONENTS if young else ADULT_COMPONENTS)


def chroma_components(
    textures: list[Texture], average: dict[AgeGroup, Floats], *, young: bool
) -> Floats:
    """Return how blue and red vary against the luma: (8, 64, 64, 2), coarsely."""
    rows = []
    for texture in textures:
        if young == (texture.group is not AgeGroup.ADULT) and not texture.elder:
            deviation = (texture.detail - average[texture.group]) * texture.weight[..., None]
            colour = deviation - (deviation @ LUMA)[..., None]
            small = cv2.resize(
                cv2.GaussianBlur(colour, (0, 0), 3),
                (CHROMA_SIDE, CHROMA_SIDE),
                interpolation=cv2.INTER_AREA,
            )
            rows.append(small[..., [0, 2]])
    return _components(np.array(rows), CHROMA_COMPONENTS)


def _components(rows: Floats, count: int) -> Floats:
    _, spread, axes = np.linalg.svd(rows.reshape(len(rows), -1), full_matrices=False)
    scale = spread[:count, None] / np.sqrt(len(rows))
    return (axes[:count] * scale).reshape(-1, *rows.shape[1:])


def _skin(texture: Image | Floats) -> Floats:
    """Return where the colour is that of the cheeks: (256, 256), 0..1, soft."""
    logs = np.log(texture.astype(np.float64) + FLOOR)
    patches = []
    for index in CHEEKS:
        x, y = canonical()[index, :2].round().astype(int)
        patches.append(logs[y - 3 : y + 4, x - 3 : x + 4].reshape(-1, 3).mean(axis=0))
    difference = cv2.GaussianBlur(logs, (0, 0), 2) - np.median(patches, axis=0)
    luma = difference.mean(axis=2)
    colour = np.abs(difference - luma[..., None]).max(axis=2)
    skin = (luma > -0.45) & (luma < 0.5) & (colour < 0.22)  # noqa: PLR2004 - see the pictures
    sure = cv2.erode((skin | (_inner_face() > 0.5)).astype(np.uint8), np.ones((5, 5)))  # noqa: PLR2004
    return cv2.GaussianBlur(sure.astype(np.float64), (0, 0), 4) * face_mask()


def _inner_face() -> Floats:
    """Return the part of the face that hair does not reach: (256, 256), 0..1, soft."""
    face = canonical()
    centre = face[6, :2]
    oval = face[list(OVAL), :2]
    shrunk = (oval - centre) * 0.8 + centre
    shrunk[:, 1] = np.maximum(shrunk[:, 1], face[list(BROWS), 1].mean() - 10)
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(mask, [shrunk.round().astype(np.int32)], 1)
    return cv2.GaussianBlur(cv2.erode(mask, np.ones((9, 9))).astype(np.float64), (0, 0), 5)


def _below_brows() -> Floats:
    brows = canonical()[list(BROWS), 1].mean()
    rows = np.arange(SIDE, dtype=np.float64)[:, None] * np.ones((1, SIDE))
    return np.clip((rows - (brows - 10)) / 10, 0, 1)


def _trusted_zone() -> Floats:
    """Return 1 inside the face, 0 on the upper forehead and at the border: (256, 256)."""
    face = canonical()
    brows, top = face[list(BROWS), 1].mean(), face[10, 1]
    rows = np.arange(SIDE, dtype=np.float64)[:, None] * np.ones((1, SIDE))
    forehead = np.clip((rows - top) / (brows - 8 - top), 0, 1) ** 1.5
    padded = cv2.copyMakeBorder(face_mask().astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    inwards = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    return forehead * np.clip(inwards / 26, 0, 1)


def _blurred(values: Floats, weight: Floats, sigma: float) -> Floats:
    """Return the weighted mean over a Gaussian neighbourhood."""
    small = SIDE // 8
    size = (small, small)
    total = cv2.resize(values * weight[..., None], size, interpolation=cv2.INTER_AREA)
    share = cv2.resize(weight, size, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(total, (0, 0), sigma / 8)
    known = np.maximum(cv2.GaussianBlur(share, (0, 0), sigma / 8), 1e-3)
    return cv2.resize(blurred / known[..., None], (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)


def _symmetric(detail: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Average both halves below the finest scale; return the joint weight as well."""
    coarse = _local_mean(detail, weight)
    mirrored, mirrored_weight = coarse[:, ::-1], weight[:, ::-1]
    both = np.maximum(weight + mirrored_weight, 1e-3)[..., None]
    mean = (coarse * weight[..., None] + mirrored * mirrored_weight[..., None]) / both
    fine = (detail - coarse) * weight[..., None]
    return mean + fine, np.maximum(weight, mirrored_weight)


def _local_mean(values: Floats, weight: Floats) -> Floats:
    total = cv2.GaussianBlur(values * weight[..., None], (0, 0), SYMMETRIC_SIGMA)
    known = np.maximum(cv2.GaussianBlur(weight, (0, 0), SYMMETRIC_SIGMA), 1e-2)
    return total / known[..., None]
