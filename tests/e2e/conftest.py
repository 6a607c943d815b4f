"""Videos that went through the whole pipeline, each once for all tests."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from swaddle import bootstrap
from swaddle.scenes.catalogue import SCENES
from swaddle.scenes.ports import Recording
from swaddle.scenes.rendering import Moment, render
from swaddle.scenes.sound import hum
from tests.e2e.command_line import CommandLine
from tests.e2e.finished import Finished


@pytest.fixture(scope="session")
def anonymized(
    tmp_path_factory: pytest.TempPathFactory, models: Path
) -> Callable[[Path], Finished]:
    """Anonymize a clip, or recall how that went."""
    del models

    @cache
    def once(clip: Path) -> Finished:
        return Finished.of(clip, tmp_path_factory.mktemp(clip.stem))

    return once


@pytest.fixture
def swaddle(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> CommandLine:
    """The command line, with a work folder and a signing key of its own."""
    place = tmp_path_factory.mktemp("user")
    monkeypatch.setenv("SWADDLE_WORK_FOLDER", str(place / "work"))
    monkeypatch.setenv("SWADDLE_CONFIG_FOLDER", str(place / "config"))
    return CommandLine(monkeypatch, capfd, place / "work")


@pytest.fixture(scope="session")
def rendered(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], tuple[Path, list[Moment]]]:
    """A scene by its name: where its clip lies, and the truth about every frame."""
    folder = tmp_path_factory.mktemp("scenes")

    @cache
    def once(name: str) -> tuple[Path, list[Moment]]:
        scene = SCENES[name]
        moments = list(render(scene, bootstrap.looks_source()))
        seconds = sum(shot.seconds for shot in scene.shots)
        target = folder / f"{name}.mp4"
        with target.open("wb") as sink:
            pictures = ((moment.time, moment.picture) for moment in moments)
            bootstrap.scene_writer().write(pictures, hum(seconds), Recording(), sink)
        return target, moments

    return once
