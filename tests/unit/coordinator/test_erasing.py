"""What is forgotten of a video, when, and what stays."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from swaddle.adapters.folder.blob_store import FolderBlobStore
from swaddle.adapters.sql.ledger import SqlLedger
from swaddle.coordinator.erasing import SECOND_SWEEP, erase, receipt, sweep_erased, sweep_kept
from swaddle.coordinator.life import advance
from swaddle.kernel import audit
from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import Conflict
from swaddle.kernel.identifiers import BlobKey
from swaddle.kernel.life import State, TaskKey
from swaddle.kernel.messages import PlanRevised
from tests.contracts.videos import V1, blob, received

WEEK = timedelta(days=7)
PARTS = (
    *("source", "ingest/0/a/layout", "detection/0/a/observations", "linking/0/a/portraits"),
    *("identity/s01/a/identity", "swapping/0/a/rendered", "gate/0/a/look", "edited/a"),
    *("finalize/revision-0/a/output", "certification/revision-0/a/report.html"),
)
KEPT = {"finalize/revision-0/a/output", "certification/revision-0/a/report.html"}


@dataclass(frozen=True)
class At:
    """A clock that stands still."""

    time: datetime

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def store(tmp_path: Path) -> FolderBlobStore:
    store = FolderBlobStore(tmp_path / "blobs")
    for part in PARTS:
        store.put(BlobKey(f"lab/v1/{part}"), b"x")
    store.put(BlobKey("lab/v10/source"), b"another video")
    return store


def left(tmp_path: Path) -> set[str]:
    folder = tmp_path / "blobs" / "lab" / "v1"
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def admitted(ledger: SqlLedger, state: State) -> datetime:
    source = Blob(key=BlobKey("lab/v1/source"), size=1, sha256="")
    ledger.admit(replace(received(), state=state, source=source))
    return ledger.history(V1)[-1].at.astimezone(UTC)


@pytest.mark.parametrize("state", [State.RELEASED, State.FAILED, State.CANCELLED])
def test_of_what_ended_long_ago_only_what_was_released_stays(
    ledger: SqlLedger, store: FolderBlobStore, tmp_path: Path, state: State
) -> None:
    ended = admitted(ledger, state)
    early = sweep_kept(ledger, store, At(ended + WEEK - timedelta(minutes=1)), WEEK)
    before = left(tmp_path)
    late = sweep_kept(ledger, store, At(ended + WEEK + timedelta(minutes=1)), WEEK)
    again = sweep_kept(ledger, store, At(ended + 9 * WEEK), WEEK)
    audit.verify(ledger.history(V1))

    assert (early, late, again) == (0, 1, 0)
    assert before == set(PARTS)
    assert left(tmp_path) == KEPT
    assert (tmp_path / "blobs" / "lab" / "v10" / "source").is_file()
    assert [entry.event for entry in ledger.history(V1)][-1] == "OriginalErased"


@pytest.mark.parametrize("state", [State.HELD, State.INGESTED, State.LINKED])
def test_what_somebody_still_needs_is_kept(
    ledger: SqlLedger, store: FolderBlobStore, tmp_path: Path, state: State
) -> None:
    ended = admitted(ledger, state)

    assert sweep_kept(ledger, store, At(ended + 9 * WEEK), WEEK) == 0
    assert left(tmp_path) == set(PARTS)


def test_nothing_is_erased_while_a_worker_may_still_write(
    ledger: SqlLedger, store: FolderBlobStore
) -> None:
    ended = admitted(ledger, State.FAILED)

    assert sweep_kept(ledger, store, At(ended + SECOND_SWEEP / 2), timedelta(0)) == 0
    assert sweep_kept(ledger, store, At(ended + SECOND_SWEEP * 2), timedelta(0)) == 1


def test_without_its_original_a_video_is_not_rendered_again() -> None:
    plan = TaskKey("plan", 0, 0)
    video = replace(received(), state=State.RELEASED, cleared=True, outcomes={plan: blob("p")})
    edited = PlanRevised(tenant=video.tenant, video_id=V1, plan=blob("edited"))

    assert advance(video, edited) == video


def test_an_erasure_is_confirmed_once(
    ledger: SqlLedger, store: FolderBlobStore, tmp_path: Path
) -> None:
    admitted(ledger, State.RELEASED)
    with pytest.raises(Conflict):
        receipt(ledger, ledger.find(V1))
    first = erase(ledger, store, V1)
    store.put(BlobKey("lab/v1/detection/0/b/late"), b"x")
    after = At(first.requested + 2 * SECOND_SWEEP)
    times = [sweep_erased(ledger, store, after) for _ in range(3)]

    assert times == [1, 0, 0]
    assert first.confirmed is None
    assert receipt(ledger, ledger.find(V1)).confirmed is not None
    assert left(tmp_path) == set()
