"""The GPU engine's swapper with made weights, on Kafka, MinIO and PostgreSQL."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from swaddle import bootstrap
from swaddle.kernel.life import State
from swaddle.kernel.messages import Order
from swaddle.scenes.rendering import Moment
from swaddle.settings import Settings
from tests.e2e.clusters import at_work, ended, submitted
from tests.made.catalogues import SWAPPER, digests, fetched, made_catalogue
from tools.servers.kafka import Kafka
from tools.servers.minio import Minio
from tools.servers.postgres import Postgres

pytestmark = pytest.mark.models


@pytest.fixture
def settings(
    kafka: Kafka, minio: Minio, postgres: Postgres, models: Path, tmp_path: Path
) -> Settings:
    (tmp_path / "keys").mkdir()
    settings = Settings(
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
    bootstrap.migrate(settings)
    return fetched(settings, models)


def test_a_network_swaps_in_a_cluster(
    settings: Settings, rendered: Callable[[str], tuple[Path, list[Moment]]]
) -> None:
    ledger = bootstrap.ledger(settings)
    with at_work(settings):
        order = Order(segment_frames=25)
        video = ended(ledger, submitted(settings, rendered("lying")[0], order))
    ledger.close()
    assert video.state is State.RELEASED, (video.error, video.reason)
    assert video.manifest is not None
    with bootstrap.blob_store(settings).open(video.manifest.key) as content:
        testimony = json.loads(content.read())["testimony"]

    assert testimony["counts"]["faces"]["swap"] == 50
    told = testimony["toolchain"]
    assert told["engines"]["swapper"] == SWAPPER
    assert {weight["name"]: weight["sha256"] for weight in told["weights"]} == digests(settings)
