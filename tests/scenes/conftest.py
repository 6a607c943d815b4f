"""Scenes with their truth, each rendered once for all tests."""

from collections.abc import Callable
from functools import cache

import pytest

from swaddle import bootstrap
from swaddle.kernel.ports import FaceDetector, FaceLandmarker
from swaddle.scenes.catalogue import SCENES
from swaddle.scenes.rendering import Moment, render
from swaddle.settings import Settings

Moments = Callable[[str], tuple[Moment, ...]]


@pytest.fixture(scope="session")
def moments() -> Moments:
    """Every frame of a scene, by its name."""

    @cache
    def once(name: str) -> tuple[Moment, ...]:
        return tuple(render(SCENES[name], bootstrap.looks_source()))

    return once


@pytest.fixture(scope="session")
def detector(models: object) -> FaceDetector:
    del models
    return bootstrap.face_detector(Settings())


@pytest.fixture(scope="session")
def landmarker(models: object) -> FaceLandmarker:
    del models
    return bootstrap.face_landmarker(Settings())
