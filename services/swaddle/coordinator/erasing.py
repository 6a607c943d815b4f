"""
Forgets a video: everything of it but the tombstone and the audit chain.

The tombstone comes first, so that no event is recorded any more; then everything is erased. A
worker that was under way may still write, and a URL may still be open: what they leave is erased
again when the longest of either is over, and only that is the receipt.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from swaddle.kernel.errors import Conflict
from swaddle.kernel.identifiers import VideoId
from swaddle.kernel.life import RESTING, State, Video
from swaddle.kernel.ports import BlobStore, Clock, Ledger

SECOND_SWEEP: Final = timedelta(hours=2)
"""After the longest that a worker holds a message and a URL lives (15 minutes), with room."""

ENDED: Final = RESTING - {State.HELD, State.ERASED}
"""States in which nobody needs the original any more."""

PASSING: Final = (
    "ingest/",
    "detection/",
    "linking/",
    "identity/",
    "swapping/",
    "gate/",
    "edited/",
    "upload",
)
"""How keys begin, below the video, that are for the work alone: by stage, and an upload, which may
come again after it was taken over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What can be said of an erasure. Holds nothing of the video."""

    video_id: VideoId
    requested: datetime
    confirmed: datetime | None
    """When nothing was left after everybody had finished; absent until then."""
    audit_head: str
    """Digest of the last entry of the audit chain."""


def erase(ledger: Ledger, blobs: BlobStore, video_id: VideoId) -> Receipt:
    """Write the tombstone, then erase; to erase twice is to erase."""
    video = ledger.change(
        video_id, lambda v: v if v.state is State.ERASED else v.erased(), "ErasureRequested"
    )
    blobs.erase(_everything_of(video))
    return receipt(ledger, video)


def sweep_erased(ledger: Ledger, blobs: BlobStore, clock: Clock) -> int:
    """Erase again what came after the tombstone; return how many videos were confirmed."""
    due = ledger.resting_in(State.ERASED, clock.now() - SECOND_SWEEP)
    for video_id in due:
        blobs.erase(_everything_of(ledger.find(video_id)))
        ledger.change(video_id, _cleared, "ErasureConfirmed")
    return len(due)


def sweep_kept(ledger: Ledger, blobs: BlobStore, clock: Clock, keep: timedelta) -> int:
    """
    Erase the originals of videos that ended so long ago, and all that was made on the way.

    What stays is what was released: the output, and what testifies to it. Returns how many videos
    there were. A video that is held keeps its original: somebody has to look at it.
    """
    due = [
        video_id
        for state in sorted(ENDED)
        for video_id in ledger.resting_in(state, clock.now() - max(keep, SECOND_SWEEP))
    ]
    for video_id in due:
        video = ledger.find(video_id)
        for part in PASSING:
            blobs.erase(f"{_everything_of(video)}{part}")
        blobs.erase(video.source.key)
        ledger.change(video_id, _cleared, "OriginalErased")
    return len(due)


def _cleared(video: Video) -> Video:
    return replace(video, cleared=True)


def receipt(ledger: Ledger, video: Video) -> Receipt:
    """Return what the audit chain says; raises Conflict for a video that was not erased."""
    history = ledger.history(video.video_id)
    times = {entry.event: entry.at for entry in history}
    if video.state is not State.ERASED:
        raise Conflict(f"Video {video.video_id} was not erased.")
    return Receipt(
        video_id=video.video_id,
        requested=times["ErasureRequested"],
        confirmed=times.get("ErasureConfirmed"),
        audit_head=history[-1].digest,
    )


def _everything_of(video: Video) -> str:
    return f"{video.tenant}/{video.video_id}/"
