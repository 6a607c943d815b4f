"""
The face of a synthetic person as a picture, for engines that swap faces by picture.

The plan keeps it, and a plan is no secret: it holds nothing of the real person. What is not the
face is one grey. Where the engine left eyes and mouth as they are in the real person's portrait,
they are painted: an iris is an identity.
"""

import base64
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from swaddle.kernel.faces import (
    CHIN,
    FOREHEAD_TOP,
    INNER_LIPS,
    LEFT_EYE,
    RIGHT_EYE,
    five_points,
)
from swaddle.kernel.frames import Image, to_png
from swaddle.kernel.geometry import Box, Floats
from swaddle.kernel.occluders import occluders
from swaddle.kernel.plan import IdentityPlan, Point, PortraitPlan
from swaddle.kernel.texture_space import pose, with_forehead
from swaddle.kernel.warping import covered

from .ports import Portrait, Preview

LARGEST_SIDE: Final = 256
"""Pixels: swappers look at faces of 112 (ArcFace) to 256 (UniFace, BlendSwap)."""

GREY: Final = 128

AROUND: Final = 1.1
"""Sides of the box around the face."""

FADED: Final = 0.1
"""Heights of the face from its border within which the face-space engine still shows something of
the real one: it fades in over 20 of 256 texture pixels, 0.08 heights."""

RIM: Final = 2.0
"""Pixels of the frame, from the border of the real face inwards, in which a made picture that was
scaled back can still hold some of what is around it."""

LIDS: Final = 0.035
"""Heights of the face around an eye, and around the inside of the mouth, within which it shows the
real one: 0.015, and three deviations of 0.006 of softness."""

IRIS_SHARE: Final = 0.2
"""Radius of an iris in widths of the eye: 11.7 mm across (Rüfer et al., Cornea 24(3), 2005), in a
lid opening of about 30 mm."""

PUPIL_SHARE: Final = 0.4
"""Radius of a pupil in radii of the iris: 4 to 5 mm in a room."""

WHITE_OF_EYE: Final = 90
"""Percentile of the face's grey values that the white of its eyes has: as bright as lit skin."""

INSIDE_MOUTH: Final = 0.25
"""Brightness of the inside of the mouth, of the skin's."""


def portrayed(identity: IdentityPlan, shown: Preview, real: Portrait) -> IdentityPlan:
    """
    Return the identity with its portrait, at most 256 pixels wide.

    `real`: what `shown` was made of. Engines replace its face, and leave its surroundings: where
    the new face is larger, what lies beyond is the real person's.
    """
    picture, landmarks = shown
    points = with_forehead(landmarks.astype(np.float64), pose(landmarks))
    height = float(np.linalg.norm(points[FOREHEAD_TOP] - points[CHIN]))
    # A colour for the irises: a person of the face space, whose engine keeps what it cannot make.
    kept = bool(identity.iris)
    if kept:
        picture = _painted(picture, points, height, identity.iris)
    face = _face(picture, points, FADED * height if kept else 0.0)
    before = real.landmarks.astype(np.float64)
    replaced = with_forehead(before, pose(before))
    face &= _face(picture, replaced, RIM / min(1.0, real.pixel))
    # Hair and dark glasses stay as they are, which is the real person's.
    for mesh in (landmarks.astype(np.float64), before):
        face[occluders(mesh, real.stays, face.shape) > 0] = 0
    cut, matrix = _cut(np.where(face[..., None], picture, GREY).astype(np.uint8), points)
    placed = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    portrait = PortraitPlan(picture=base64.b64encode(to_png(cut)), points=_five(placed))
    return identity.model_copy(update={"portrait": portrait})


def _face(picture: Image, points: Floats, border: float) -> Image:
    """Return 1 where the picture shows the synthetic face alone, `border` pixels inwards."""
    inside = covered(points, picture.shape[1], picture.shape[0]).astype(np.uint8)
    return (cv2.distanceTransform(inside, cv2.DIST_L2, 5) > border).astype(np.uint8)


def _painted(picture: Image, points: Floats, height: float, iris: Sequence[int]) -> Image:
    """Replace both eyes and the inside of the mouth."""
    holes = np.zeros(picture.shape[:2], np.uint8)
    reach = max(1, round(LIDS * height))
    for part in (LEFT_EYE, RIGHT_EYE, INNER_LIPS):
        cv2.fillPoly(holes, [_corners(points, part)], 255, shift=4)
    holes = cv2.dilate(holes, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    skin = cv2.inpaint(picture, holes, reach, cv2.INPAINT_TELEA)
    inside = _face(picture, points, 0.0) > 0
    colours = skin[inside] if inside.any() else skin.reshape(-1, 3)
    white = float(np.percentile(colours.mean(axis=1), WHITE_OF_EYE))
    dark = colours.mean(axis=0) * INSIDE_MOUTH
    cv2.fillPoly(skin, [_corners(points, INNER_LIPS)], dark.tolist(), cv2.LINE_AA, 4)
    for eye in (LEFT_EYE, RIGHT_EYE):
        skin = _eye(skin, points, eye, white, iris)
    return skin


def _eye(
    skin: Image, points: Floats, part: tuple[int, ...], white: float, iris: Sequence[int]
) -> Image:
    lids = points[list(part), :2]
    ball = np.full_like(skin, round(white))
    centre = np.round(lids.mean(axis=0) * 16).astype(int).tolist()
    radius = IRIS_SHARE * float(np.ptp(lids[:, 0])) * 16
    cv2.circle(ball, centre, round(radius), [int(c) for c in iris], -1, cv2.LINE_AA, 4)
    cv2.circle(ball, centre, round(PUPIL_SHARE * radius), (0, 0, 0), -1, cv2.LINE_AA, 4)
    opening = np.zeros(skin.shape[:2], np.uint8)
    cv2.fillPoly(opening, [_corners(points, part)], 255, cv2.LINE_AA, 4)
    share = opening[..., None].astype(np.float32) / 255
    return np.round(skin + (ball - skin.astype(np.float32)) * share).astype(np.uint8)


def _corners(points: Floats, part: tuple[int, ...]) -> Floats:
    return np.round(points[list(part), :2] * 16).astype(np.int32)


def _cut(picture: Image, points: Floats) -> tuple[Image, Floats]:
    """Return the square around the face, and the matrix (2, 3) from the picture to it."""
    box = Box.around(points)
    size = AROUND * max(box.x1 - box.x0, box.y1 - box.y0)
    side = min(LARGEST_SIDE, max(1, round(size)))
    scale = side / size
    corner = np.array(box.center) - size / 2
    matrix = np.array([[scale, 0.0, -scale * corner[0]], [0.0, scale, -scale * corner[1]]])
    if scale < 1:
        # The mean of what falls into a pixel, so that nothing shimmers.
        picture = cv2.GaussianBlur(picture, (0, 0), 0.5 / scale)
    cut = cv2.warpAffine(
        picture, matrix, (side, side), borderMode=cv2.BORDER_CONSTANT, borderValue=(GREY,) * 3
    )
    return np.asarray(cut, np.uint8), matrix


def _five(points: Floats) -> tuple[Point, Point, Point, Point, Point]:
    """Return left eye, right eye, nose, left and right corner of the mouth."""
    left, right, nose, mouth_left, mouth_right = (
        (round(x, 2), round(y, 2)) for x, y in five_points(points).tolist()
    )
    return left, right, nose, mouth_left, mouth_right
