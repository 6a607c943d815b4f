"""Draws heads, bodies, hands and rooms. Light falls from the upper left, a little from the front."""

from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.faces import INNER_LIPS, LEFT_EYE, RIGHT_EYE
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats
from swaddle.kernel.texture_space import BROW_LEVEL, SIDE, canonical, triangles
from swaddle.kernel.warping import Raster, rasterize

from .head import EARS, RADII, Placed, expressed
from .ports import Looks
from .scene import Actor, HeadKey, Occluder, OccluderKey

LIGHT: Final = np.array([-0.45, -0.6, -0.66])
"""Towards the lamp: x right, y down, z away from the camera."""
SHADE: Final = 0.8
"""How bright the side is that the lamp does not reach."""
MOUTH: Final = (38.0, 28.0, 70.0)
HALF: Final = 127
"""Of 255: a pixel belongs to what fills more of it."""

WHITE: Final = 255

LENS: Final = (0.85, 0.75)
LENS_LOWER: Final = 0.1
"""Half the width and the height of a lens, and by how much its middle is below that of the eye, in widths of
the eye."""

STRAND: Final = 3.0
"""Texture pixels by which the ends of a fringe differ."""

SHUT: Final = 1.5
"""Pixels between the lips up to which a mouth is closed."""

GRAIN: Final = 1.2
"""Grey levels of noise: a camera of the cheaper kind."""


def paint_actor(picture: Floats, actor: Actor, looks: Looks, key: HeadKey, at: Placed) -> Floats:
    """Draw a person into a picture; return the mesh of the face there (498, 3)."""
    _body(picture, actor, key, at)
    _skull(picture, actor, at)
    _ears(picture, actor, at)
    mesh = at.points(expressed(looks.shape, key))
    raster = rasterize(mesh, picture.shape[1], picture.shape[0], facing=True)
    if raster is not None:
        _face(picture, actor, looks, mesh, raster)
    return mesh


def paint_hand(picture: Floats, occluder: Occluder, key: OccluderKey) -> NDArray[np.bool_]:
    """Draw a hand into a picture; return which pixels it covers."""
    height, width = picture.shape[:2]
    length = key.size * height
    angle = np.radians(key.roll)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([key.x * width, key.y * height])
    mask = np.zeros((height, width), np.uint8)
    thickness = max(2, round(0.13 * length))
    for base, tip in _FINGERS:
        ends = (np.array([base, tip]) * length) @ turn.T + middle
        start, end = _fixed(ends)
        cv2.line(mask, start, end, 255, thickness, cv2.LINE_AA)
    palm = (np.array(_PALM) * length) @ turn.T + middle
    cv2.fillPoly(mask, [np.array(_fixed(palm))], 255, cv2.LINE_AA)
    alpha = cv2.GaussianBlur(mask, (0, 0), 0.8).astype(np.float32)[..., None] / 255
    relief = cv2.GaussianBlur(mask, (0, 0), max(1.0, 0.05 * length)).astype(np.float32) / 255
    colour = np.array(occluder.skin, np.float32) * (0.55 + 0.45 * relief[..., None])
    picture += (colour - picture) * alpha
    return mask > HALF


_FINGERS: Final = (
    ((-0.2, 0.0), (-0.24, -0.42)),
    ((-0.07, -0.02), (-0.08, -0.5)),
    ((0.06, -0.02), (0.07, -0.48)),
    ((0.18, 0.0), (0.22, -0.38)),
    ((0.2, 0.25), (0.42, 0.0)),
)
_PALM: Final = (
    (-0.26, -0.05),
    (0.24, -0.05),
    (0.26, 0.2),
    (0.14, 0.48),
    (-0.16, 0.48),
    (-0.27, 0.2),
)


@cache
def room(number: int, width: int, height: int) -> Floats:
    """Return a wall, a floor and some things: (h, w, 3). Not to be written to."""
    random = np.random.default_rng(1000 + number)
    wall, floor = random.uniform(110, 215, 3), random.uniform(60, 150, 3)
    y = np.linspace(0, 1, height)[:, None, None]
    x = np.linspace(0, 1, width)[None, :, None]
    edge = random.uniform(0.7, 0.85)
    picture = np.where(y < edge, wall * (1.05 - 0.2 * x), floor * (0.8 + 0.4 * y))
    picture = np.ascontiguousarray(picture, np.float32)
    for _ in range(4):
        left, top = random.uniform(0, 0.9) * width, random.uniform(0.05, 0.5) * height
        size = random.uniform(0.08, 0.2, 2) * height
        corner = (int(left), int(top)), (int(left + size[0]), int(top + size[1]))
        cv2.rectangle(picture, *corner, random.uniform(40, 230, 3).tolist(), -1, cv2.LINE_AA)
    rough = cv2.GaussianBlur(
        random.standard_normal((height, width)).astype(np.float32), (0, 0), 1.5
    )
    picture += 18 * rough[..., None]
    picture.flags.writeable = False
    return picture


def developed(picture: Floats, number: int) -> Image:
    """Return what a camera makes of a picture: a little soft, a little noisy, 8 bits."""
    noise = np.random.default_rng(number).standard_normal(picture.shape[:2]).astype(np.float32)
    soft = cv2.GaussianBlur(picture, (0, 0), 0.6) + GRAIN * noise[..., None]
    return np.clip(np.rint(soft), 0, 255).astype(np.uint8)


def _body(picture: Floats, actor: Actor, key: HeadKey, at: Placed) -> None:
    unit = at.scale * 256
    angle = np.radians(actor.lying or 0.3 * key.roll)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    def drawn(corners: Floats, colour: tuple[float, ...]) -> None:
        placed = (corners * unit) @ turn.T + at.middle
        layer = np.zeros(picture.shape[:2], np.uint8)
        cv2.fillPoly(layer, [np.array(_fixed(placed))], 255, cv2.LINE_AA)
        alpha = cv2.GaussianBlur(layer, (0, 0), 1.0).astype(np.float32)[..., None] / 255
        fall = np.linspace(1.1, 0.75, picture.shape[1], dtype=np.float32)[None, :, None]
        picture[:] += (np.array(colour, np.float32) * fall - picture) * alpha

    neck = np.array([(-0.19, 0.2), (0.19, 0.2), (0.22, 0.75), (-0.22, 0.75)])
    drawn(neck, tuple(0.72 * c for c in actor.skin))
    s = np.linspace(0, np.pi, 24)
    shoulders = np.column_stack([-0.78 * np.cos(s), 0.82 - 0.26 * np.sin(s) ** 0.6])
    drawn(np.concatenate([shoulders, [(0.82, 2.6), (-0.82, 2.6)]]), actor.clothes)


def _skull(picture: Floats, actor: Actor, at: Placed) -> None:
    outline = at.outline()
    reach = np.sqrt(np.diag(np.linalg.inv(outline)))
    window = _window(picture, at.middle, reach + 2)
    if window is None:
        return
    part, x, y = window
    inside = outline[0, 0] * x * x + 2 * outline[0, 1] * x * y + outline[1, 1] * y * y
    edge = np.clip((1 - inside) * float(reach.min()) / 2 + 0.5, 0, 1)[..., None]
    light = _lit(_skull_normals(x, y, at))[..., None]
    bald = actor.hair is None
    colour = np.array(actor.skin if actor.hair is None else actor.hair, np.float32)
    strands = 0 if bald else 9 * np.sin(0.9 * x / max(at.scale, 0.3) + 0.25 * y)[..., None]
    part += (colour * light + strands * light - part) * edge


def _skull_normals(x: Floats, y: Floats, at: Placed) -> Floats:
    """Return the normals (h, w, 3) of the side of the skull that the camera sees."""
    # On the ellipsoid p' S p = 1 solve for the nearer z; the normal is S p.
    s = at.turn @ np.diag(1 / (RADII * at.scale) ** 2) @ at.turn.T
    b = s[0, 2] * x + s[1, 2] * y
    c = s[0, 0] * x * x + 2 * s[0, 1] * x * y + s[1, 1] * y * y - 1
    z = (-b - np.sqrt(np.maximum(b * b - s[2, 2] * c, 0))) / s[2, 2]
    normals = np.stack([x, y, z], axis=-1) @ s.T
    return normals / np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-9)


def _ears(picture: Floats, actor: Actor, at: Placed) -> None:
    for ear in at.points(EARS):
        if ear[2] > 0.25 * RADII[0] * at.scale:
            continue  # behind the head
        axes = (max(1, round(13 * at.scale)), max(1, round(26 * at.scale)))
        centre = tuple(int(v) for v in np.round(ear[:2] * 16))
        layer = np.zeros(picture.shape[:2], np.uint8)
        roll = float(np.degrees(np.arctan2(at.turn[1, 0], at.turn[0, 0])))
        cv2.ellipse(
            layer, centre, (axes[0] * 16, axes[1] * 16), roll, 0, 360, 255, -1, cv2.LINE_AA, 4
        )
        alpha = cv2.GaussianBlur(layer, (0, 0), 0.8).astype(np.float32)[..., None] / 255
        picture += (0.82 * np.array(actor.skin, np.float32) - picture) * alpha


def _face(picture: Floats, actor: Actor, looks: Looks, mesh: Floats, raster: Raster) -> None:
    height, width = raster.owner.shape
    part = picture[raster.y0 : raster.y0 + height, raster.x0 : raster.x0 + width]
    skin = np.log(np.array(actor.skin, np.float32)) + actor.contrast * looks.detail
    x, y = (v.astype(np.float32) for v in raster.lookup(canonical()))
    texture = _behind_glasses(_under_fringe(skin.astype(np.float32), actor), actor)
    # At the rim of a turned head triangles are slivers, and lead a little outside the texture.
    colour = np.exp(cv2.remap(texture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
    brightness = _lit(_point_normals(mesh))
    light, _ = raster.lookup(np.column_stack([brightness, brightness]))
    colour *= np.clip(light, brightness.min(), brightness.max())[..., None]
    _mouth(colour, mesh - [raster.x0, raster.y0, 0])
    inside = raster.inside.astype(np.float32)
    # Bare skin goes over into bare skin, hair ends at an edge.
    soft = max(0.8, (0.06 if actor.hair is None else 0.02) * height)
    alpha = cv2.GaussianBlur(inside, (0, 0), soft) * inside
    part += (colour - part) * np.clip(2 * alpha - 0.6, 0, 1)[..., None]


def _under_fringe(skin: Floats, actor: Actor) -> Floats:
    """Return the logarithm of a texture's colours (256, 256, 3) with the hair that hangs over it."""
    if actor.hair is None or not actor.fringe:
        return skin
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    strands = np.sin(0.7 * x) + np.sin(0.31 * x + 1)
    end = actor.fringe * float(canonical()[BROW_LEVEL, 1]) + STRAND * strands
    over = np.clip((end - y) / STRAND + 0.5, 0, 1)[..., None]
    hair = np.log(np.array(actor.hair, np.float32)) + 0.1 * strands[..., None]
    return np.asarray(skin + (hair - skin) * over, np.float32)


def _behind_glasses(skin: Floats, actor: Actor) -> Floats:
    """Return the logarithm of a texture's colours (256, 256, 3) as it is seen through glasses."""
    lenses = np.zeros((SIDE, SIDE), np.uint8)
    for eye in (LEFT_EYE, RIGHT_EYE):
        corners = canonical()[list(eye), :2]
        width = float(np.ptp(corners[:, 0]))
        middle = corners.mean(axis=0) + np.array([0, LENS_LOWER * width])
        cv2.ellipse(lenses, (middle, 2 * width * np.array(LENS), 0), WHITE, -1, cv2.LINE_AA)
    through = np.float32(np.log(actor.glasses)) * lenses.astype(np.float32) / WHITE
    return np.asarray(skin + through[..., None], np.float32)


def _mouth(colour: Floats, mesh: Floats) -> None:
    lips = mesh[list(INNER_LIPS), :2]
    if np.ptp(lips[:, 1]) < SHUT:
        return
    mask = np.zeros(colour.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(lips * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    alpha = mask.astype(np.float32)[..., None] / 255
    colour += (np.array(MOUTH, np.float32) - colour) * alpha


def _point_normals(mesh: Floats) -> Floats:
    """Return the normals of the points of a mesh, towards the camera where they face it."""
    corners = triangles()
    one = mesh[corners[:, 1]] - mesh[corners[:, 0]]
    other = mesh[corners[:, 2]] - mesh[corners[:, 0]]
    flat = np.cross(one, other)
    # Outwards is away from the middle of the head.
    outwards = mesh[corners].mean(axis=1) - mesh.mean(axis=0) - [0, 0, np.ptp(mesh[:, 2])]
    flat *= np.sign((flat * outwards).sum(axis=1, keepdims=True))
    normals = np.zeros_like(mesh)
    for corner in range(3):
        np.add.at(normals, corners[:, corner], flat)
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)


def _lit(normals: Floats) -> Floats:
    lamp = LIGHT / np.linalg.norm(LIGHT)
    brightness = SHADE + (1.08 - SHADE) * np.clip(normals @ lamp, 0, 1)
    return np.asarray(brightness, np.float32)


def _window(
    picture: Floats, middle: Floats, reach: Floats
) -> tuple[Floats, Floats, Floats] | None:
    """Return the part of a picture about a point, and x and y from there."""
    height, width = picture.shape[:2]
    x0, y0 = np.floor(np.maximum(middle - reach, 0)).astype(int).tolist()
    x1, y1 = np.ceil(np.minimum(middle + reach, [width, height])).astype(int).tolist()
    if x1 <= x0 or y1 <= y0:
        return None
    y, x = np.mgrid[y0:y1, x0:x1].astype(np.float32)
    return picture[y0:y1, x0:x1], x - middle[0], y - middle[1]


def _fixed(points: Floats) -> list[tuple[int, int]]:
    return [(round(float(x)), round(float(y))) for x, y in points]
