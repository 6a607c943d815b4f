"""Reads ledger, store and topics after a history, and says what was promised and is not so."""

from collections.abc import Container, Iterable, Iterator

from swaddle.kernel import audit
from swaddle.kernel.errors import Forged, NotFound
from swaddle.kernel.identifiers import VideoId
from swaddle.kernel.life import State, TaskKey, Video
from swaddle.kernel.messages import Message, SegmentSwapped, Verdict, VideoFinalized
from swaddle.kernel.ports import BlobStore, Ledger
from tests.faults.simulation import World


def violations(world: World) -> list[str]:
    """Return every broken promise of a history, in words."""
    gone = {world.videos[number] for number in world.erased}
    # What is erased may be made again by somebody who was under way; it is erased again, later.
    said = [m for m in world.bus.said if m.video_id not in gone]
    return [
        *broken_promises(world.recorded, world.store, world.videos, gone),
        *_published_twice(said),
    ]


def broken_promises(
    ledger: Ledger, store: BlobStore, videos: Iterable[VideoId], erased: Container[VideoId] = ()
) -> list[str]:
    """Return what ledger, store and audit say against the promises."""
    found = []
    for video_id in videos:
        try:
            video = ledger.find(video_id)
        except NotFound:
            found.append(f"{video_id} is lost")
            continue
        found += [f"{video_id} {what}" for what in _of_video(ledger, store, video)]
        if video_id in erased:
            found += [f"{video_id} {what}" for what in _of_erased(store, video)]
    return found


def _of_video(ledger: Ledger, store: BlobStore, video: Video) -> Iterator[str]:
    if not video.at_rest:
        yield f"never ends: {video.state}"
    yield from _identities(video)
    try:
        audit.verify(ledger.history(video.video_id))
    except Forged:
        yield "has an audit chain that does not hold"
    if video.state is State.RELEASED:
        yield from _released(store, video)


def _identities(video: Video) -> Iterator[str]:
    given = [accepted.identity_id for accepted in video.identities.values()]
    if len(given) != len(set(given)):
        yield "has two subjects with one identity"
    if video.plan is not None and {s.subject_id for s in video.subjects} - set(video.identities):
        yield "is rendered with a subject that has no identity"
    tracks = [track for subject in video.subjects for track in subject.tracks]
    if len(tracks) != len(set(tracks)):
        yield "has a track of two subjects"


def _released(store: BlobStore, video: Video) -> Iterator[str]:
    if video.verdict is not Verdict.RELEASED or video.certificate is None or video.output is None:
        yield "is released without a verdict, a certificate or an output"
        return
    for segment in video.segments:
        rendered = [k for k in video.outcomes if k[0] == "swap" and k.part == segment.index]
        looked = TaskKey("look", max((k.round for k in rendered), default=-1), segment.index)
        if not rendered:
            yield f"is released without segment {segment.index}"
        elif looked not in video.outcomes:
            yield f"is released with segment {segment.index} that nobody looked at"
    for blob in video.outcomes.values():
        try:
            with store.open(blob.key) as stream:
                complete = len(stream.read()) == blob.size
        except NotFound:
            complete = False
        if not complete:
            yield f"names a blob that is not there: {blob.key}"


def _of_erased(store: BlobStore, video: Video) -> Iterator[str]:
    if video.state is not State.ERASED:
        yield f"was erased and is {video.state}"
    if store.erase(f"{video.tenant}/{video.video_id}/"):
        yield "was erased and something of it is left"


def _published_twice(said: list[Message]) -> Iterator[str]:
    """Yield the results that two runs of a task published differently."""
    first: dict[tuple[VideoId, str, int, int], str] = {}
    for message in said:
        if isinstance(message, SegmentSwapped):
            key = (message.video_id, "swap", message.revision, message.segment)
            blob = message.rendered.key
        elif isinstance(message, VideoFinalized):
            key = (message.video_id, "finalize", message.revision, 0)
            blob = message.output.key
        else:
            continue
        if first.setdefault(key, blob) != blob:
            yield f"{key} was published twice, differently"
