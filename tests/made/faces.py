"""Rendered faces as requests to a swapper, and synthetic people with a portrait."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np

from swaddle import bootstrap
from swaddle.adapters.appearance.face_space import face_space
from swaddle.kernel.faces import LEFT_EYE, RIGHT_EYE, AgeGroup
from swaddle.kernel.frames import Image, still
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import LARGEST, IdentityPlan, PortraitPlan
from swaddle.kernel.texture_space import pose, skin_contrast, unwrap, with_forehead
from swaddle.scenes.rendering import render
from swaddle.scenes.scene import Actor, HeadKey, Scene, Shot
from swaddle.swapping.ports import FaceSwapper, FaceToSwap, SwappedFace, SwapRequest

NOTHING_HIDES = np.zeros((48, 48), np.uint8)
LUMA = np.array([0.114, 0.587, 0.299])
IRIS = 0.2
"""Radius, in widths of an eye."""


@cache
def rendered(seed: int = 5, height: int = 270, **head: float) -> tuple[Image, Floats]:
    """Return a picture of one person, and the person's mesh (468, 3)."""
    key = HeadKey(time=0, **{"x": 0.5, "y": 0.5, "size": 0.5, **head})
    actor = Actor(name="one", seed=bytes([seed]) * 32, group=AgeGroup.ADULT, keys=(key,))
    shot = Shot(seconds=0.05, actors=(actor,))
    scene = Scene(name="one", shots=(shot,), width=height * 16 // 9, height=height)
    moment = next(render(scene, bootstrap.looks_source()))
    return moment.picture, moment.faces[0].landmarks


def face_to_swap(
    picture: Image, landmarks: Floats, occlusion: Image = NOTHING_HIDES
) -> FaceToSwap:
    """Return what tracks would know of a face."""
    at = pose(landmarks)
    texture = unwrap(picture, with_forehead(landmarks, at))
    return FaceToSwap(
        landmarks=landmarks.astype(np.float64),
        irises=np.array([_iris(landmarks, eye) for eye in (LEFT_EYE, RIGHT_EYE)]),
        occlusion=occlusion,
        shape=at(landmarks),
        contrast=skin_contrast(np.log(np.asarray(texture, np.float64) + 1) @ LUMA),
    )


def person(name: str = "i0001", seed: int = 9) -> IdentityPlan:
    """Return somebody of the face space who has a portrait too."""
    space = face_space(AgeGroup.ADULT)
    rng = np.random.default_rng(seed)
    return IdentityPlan(
        identity_id=name,
        attempt=0,
        engine="made",
        shape=tuple(rng.normal(size=space.shape_size).clip(-LARGEST, LARGEST).tolist()),
        texture=tuple(rng.normal(size=space.texture_size).clip(-LARGEST, LARGEST).tolist()),
        iris=(90, 60, 40),
        portrait=portrait(seed),
    )


def portrait(seed: int = 9) -> PortraitPlan:
    """Return the picture of a rendered person."""
    picture, landmarks = rendered(seed)
    tinted = cv2.add(picture, np.full_like(picture, (10 * seed % 60, 20, 40 - 5 * seed % 40)))
    eyes = [landmarks[list(eye), :2].mean(axis=0) for eye in (LEFT_EYE, RIGHT_EYE)]
    points = np.array([*eyes, *landmarks[[1, 61, 291], :2]])
    return PortraitPlan.model_construct(
        picture=cv2.imencode(".png", tinted)[1].tobytes(),
        points=tuple((float(x), float(y)) for x, y in points),
    )


def request(
    identity: IdentityPlan | None = None,
    occlusion: Image = NOTHING_HIDES,
    seed: int = 5,
    **head: float,
) -> SwapRequest:
    """Return the request to swap a rendered face."""
    picture, landmarks = rendered(seed, **head)
    face = face_to_swap(picture, landmarks, occlusion)
    return SwapRequest(still(picture), face, identity or person(), AgeGroup.ADULT)


def moved(face: FaceToSwap, x: float) -> FaceToSwap:
    """Return the face somewhere else, which may be outside of the frame."""
    shift = np.array([x, 0.0, 0.0])
    return FaceToSwap(
        landmarks=face.landmarks + shift,
        irises=face.irises + shift[:2],
        occlusion=face.occlusion,
        shape=face.shape,
        contrast=face.contrast,
    )


def on(picture: Image, asked: SwapRequest) -> SwapRequest:
    """Return the request with another picture behind the same face."""
    return replace(asked, frame=still(picture))


def swapped(asked: SwapRequest, by: FaceSwapper) -> tuple[Floats, Floats]:
    """Return the difference that the swap makes (h, w, 3), in levels, and its weight (h, w)."""
    found = by.swap(asked.frame, asked.face, asked.identity, asked.group)
    assert found is not None
    after = asked.frame.painted([found.patch])
    return after.bgr().astype(np.float64) - asked.frame.bgr(), weight(asked, found)


def weight(asked: SwapRequest, found: SwappedFace) -> Floats:
    """Return the weight of the new pixels in the whole frame: (h, w)."""
    alpha = np.zeros(asked.frame.planes[0].shape, np.float32)
    patch = found.patch
    height, width = patch.alpha.shape
    alpha[patch.y0 : patch.y0 + height, patch.x0 : patch.x0 + width] = patch.alpha
    return alpha


def _iris(landmarks: Floats, eye: tuple[int, ...]) -> Floats:
    corners = landmarks[list(eye), :2]
    radius = IRIS * float(np.ptp(corners[:, 0]))
    steps = np.array([[0, 0], [1, 0], [0, -1], [-1, 0], [0, 1]])
    return corners.mean(axis=0) + radius * steps
