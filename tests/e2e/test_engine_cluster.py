"""The GPU engine with made weights, on Kafka, MinIO and PostgreSQL."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from swaddle import bootstrap
from swaddle.entrypoints import delivery
from swaddle.kernel.life import State
from swaddle.kernel.messages import Order
from swaddle.scenes.rendering import Moment
from swaddle.settings import Settings
from tests.e2e.clusters import at_work, ended, submitted
from tests.made.catalogues import SWAPPER, digests, fetched, made_catalogue
from tests.made.painters import PAINTER, made_painter
from tools.servers.kafka import Kafka
from tools.servers.minio import Minio
from tools.servers.postgres import Postgres

pytestmark = pytest.mark.models


Clips = Callable[[str], tuple[Path, list[Moment]]]


@pytest.fixture
def settings(kafka: Kafka, minio: Minio, postgres: Postgres, tmp_path: Path) -> Settings:
    (tmp_path / "keys").mkdir()
    return Settings(
        bus_url=f"{kafka.url}?partitions=1",
        topic_prefix=f"s{uuid4().hex[:8]}",
        blobs_url=minio.url(f"w{uuid4().hex}"),
        ledger_url=postgres.create(f"engines_{uuid4().hex}"),
        catalogue_file=made_catalogue(tmp_path / "catalogue"),
        model_folder=tmp_path / "models",
        run_folder=tmp_path,
        key_folder=tmp_path / "keys",
        config_folder=tmp_path / "config",
        swapper_url=SWAPPER,
        threads=1,
    )


def told(settings: Settings, clip: Path, folder: Path) -> dict[str, Any]:
    """Let a cluster work on a clip; return what the manifest testifies to."""
    bootstrap.migrate(settings)
    ledger = bootstrap.ledger(settings)
    with at_work(settings):
        video = ended(ledger, submitted(settings, clip, Order(segment_frames=25)))
    ledger.close()
    assert video.state is State.RELEASED, (video.error, video.reason)
    placed = delivery.deliver_companions(settings, video, folder / "out.mp4", None)
    manifest: dict[str, Any] = json.loads(placed["manifest"].read_text())
    return dict(manifest["testimony"])


def test_a_network_swaps_in_a_cluster(
    settings: Settings, rendered: Clips, models: Path, tmp_path: Path
) -> None:
    fetched(settings, models)
    testimony = told(settings, rendered("lying")[0], tmp_path)
    toolchain = testimony["toolchain"]

    assert testimony["counts"]["faces"]["swap"] == 50
    assert toolchain["engines"]["swapper"] == SWAPPER
    assert {w["name"]: w["sha256"] for w in toolchain["weights"]} == digests(settings)


@pytest.mark.engines
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_an_untrained_painter_gives_way_in_a_cluster(
    settings: Settings,
    rendered: Clips,
    models: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert settings.catalogue_file is not None
    parts = made_painter(settings.catalogue_file, monkeypatch)
    painting = settings.model_copy(update={"identity_url": PAINTER})
    fetched(painting, models)
    testimony = told(painting, rendered("lying")[0], tmp_path)
    toolchain = testimony["toolchain"]

    assert testimony["counts"]["faces"]["swap"] == 50
    assert toolchain["engines"]["identity"] == PAINTER
    assert set(parts) <= {weight["name"] for weight in toolchain["weights"]}
