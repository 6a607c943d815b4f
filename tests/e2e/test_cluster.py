"""The same pipeline on real servers: every stage a worker of its own, on Kafka, MinIO, PostgreSQL."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import av
import pytest

from swaddle import bootstrap
from swaddle.entrypoints import api
from swaddle.entrypoints.worker import Duty
from swaddle.kernel import audit
from swaddle.kernel.life import State
from swaddle.kernel.messages import Order
from swaddle.kernel.ports import Ledger
from swaddle.scenes.rendering import Moment
from swaddle.settings import Settings
from tests.e2e.clusters import at_work, ended, submitted
from tools.servers.kafka import Kafka
from tools.servers.minio import Minio
from tools.servers.postgres import Postgres

pytestmark = pytest.mark.models

KEY = bytes(range(32))


@pytest.fixture(scope="module")
def settings(
    kafka: Kafka, minio: Minio, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    room = tmp_path_factory.mktemp("cluster")
    (room / "keys").mkdir()
    (room / "identity.key").write_bytes(KEY)
    settings = Settings(
        bus_url=f"{kafka.url}?partitions=2",
        topic_prefix=f"s{uuid4().hex[:8]}",
        blobs_url=minio.url(f"w{uuid4().hex}"),
        ledger_url=postgres.create(f"cluster_{uuid4().hex}"),
        run_folder=room,
        key_folder=room / "keys",
        seed_key_file=room / "identity.key",
        config_folder=room / "config",
        threads=1,
    )
    bootstrap.migrate(settings)
    return settings


@pytest.fixture(scope="module")
def cluster(settings: Settings, models: Path) -> Iterator[list[Duty]]:
    """Every stage at work, each on a thread of its own."""
    del models
    with at_work(settings) as duties:
        yield duties


@pytest.fixture(scope="module")
def ledger(settings: Settings) -> Iterator[Ledger]:
    ledger = bootstrap.ledger(settings)
    yield ledger
    ledger.close()


def frames_of(path: Path) -> list[str]:
    with av.open(path) as container:
        return [
            hashlib.sha256(f"{frame.pts}".encode() + frame.to_ndarray().tobytes()).hexdigest()
            for frame in container.decode(video=0)
        ]


def test_a_cluster_renders_what_one_process_renders(
    cluster: list[Duty],
    ledger: Ledger,
    settings: Settings,
    rendered: Callable[[str], tuple[Path, list[Moment]]],
    tmp_path: Path,
) -> None:
    clip, _ = rendered("two-crossing")
    order = Order(segment_frames=api.SEGMENT_FRAMES)
    video = ended(ledger, submitted(settings, clip, order))
    assert video.state is State.RELEASED, (video.error, video.reason)
    assert video.output is not None
    ours = tmp_path / "cluster.mp4"
    with bootstrap.blob_store(settings).open(video.output.key) as source, ours.open("wb") as sink:
        shutil.copyfileobj(source, sink)
    alone = tmp_path / "alone.mp4"
    api.anonymize(
        clip,
        alone,
        seed_key=settings.seed_key_file,
        jobs=1,
        settings=Settings(
            work_folder=tmp_path / "work", config_folder=tmp_path / "config", threads=1
        ),
    )

    audit.verify(ledger.history(video.video_id))
    assert len(cluster) == len(bootstrap.STAGES)
    assert frames_of(ours) == frames_of(alone)


def test_what_is_no_video_fails_and_disturbs_nobody(
    cluster: list[Duty], ledger: Ledger, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "emma.mp4").write_bytes(b"a shopping list")
    video = ended(ledger, submitted(settings, tmp_path / "emma.mp4", Order()))

    assert len(cluster) == len(bootstrap.STAGES)
    assert (video.state, video.error) == (State.FAILED, "UnreadableVideo")
    assert "emma" not in video.reason
