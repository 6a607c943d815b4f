"""Videos that went through the whole pipeline, each once for all tests."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from swaddle import bootstrap
from swaddle.entrypoints.http.app import make_app
from swaddle.entrypoints.http.desk import Desk
from swaddle.entrypoints.serving import working
from swaddle.kernel.access import Grant, Role
from swaddle.kernel.identifiers import Tenant
from swaddle.scenes.catalogue import SCENES
from swaddle.scenes.ports import Recording
from swaddle.scenes.rendering import Moment, render
from swaddle.scenes.sound import hum
from swaddle.settings import Settings
from tests.e2e.asking import EXPIRES
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


# --- the API -----------------------------------------------------------------------------------


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        run_folder=tmp_path / "run",
        config_folder=tmp_path / "config",
        ledger_url=f"sqlite:///{tmp_path}/ledger.sqlite",
        max_upload_bytes=5_000_000,
    )


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    """The coordinator alone: nobody works on what is submitted."""
    settings.run_folder.mkdir()
    with working(settings, ["coordinator"]) as (desk, _):
        yield desk


@pytest.fixture
def asking(desk: Desk) -> Iterator[Callable[..., TestClient]]:
    clients = []

    def client(
        tenant: str = "lab", role: Role = Role.SUBMITTER, **changes: datetime
    ) -> TestClient:
        token = f"{tenant}-{role}-{len(clients)}"
        grant = Grant(tenant=Tenant(tenant), role=role, holder="Dr. Who", expires=EXPIRES)
        desk.tokens.issue(token, replace(grant, **changes))
        made = TestClient(make_app(desk), headers={"Authorization": f"Bearer {token}"})
        clients.append(made)
        return made

    yield client
    for made in clients:
        made.close()
