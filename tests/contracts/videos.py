"""Videos as a ledger meets them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from swaddle.kernel.blobs import Blob
from swaddle.kernel.consent import Consent
from swaddle.kernel.identifiers import (
    BlobKey,
    IdentityId,
    MessageId,
    SubjectId,
    Tenant,
    TrackId,
    VideoId,
)
from swaddle.kernel.life import Candidate, State, TaskKey, Video
from swaddle.kernel.messages import (
    AcceptedIdentity,
    Goal,
    LinkedSubject,
    OpenEdges,
    Order,
    Verdict,
)
from swaddle.kernel.plan import Method
from swaddle.kernel.video import lay_out

A, B = SubjectId("subject-1"), SubjectId("subject-2")
V1, V2, V3 = VideoId("v1"), VideoId("v2"), VideoId("v3")


def blob(name: str) -> Blob:
    return Blob(key=BlobKey(f"lab/{name}"), size=2**40, sha256=f"{name:>064}")


def received(video_id: VideoId = V1) -> Video:
    return Video(video_id=video_id, tenant=Tenant("lab"), source=blob("source"), order=Order())


def linked(video_id: VideoId = V1) -> Video:
    """Return a video with two subjects, A with two tracks and B with one."""
    a = LinkedSubject(subject_id=A, tracks=(TrackId("t9"), TrackId("t1")))
    b = LinkedSubject(subject_id=B, tracks=(TrackId("t2"),))
    return replace(received(video_id), subjects=(a, b))


def given(subject: SubjectId, identity: str) -> dict[SubjectId, AcceptedIdentity]:
    return {
        subject: AcceptedIdentity(subject_id=subject, identity_id=IdentityId(identity), attempt=1)
    }


def identities(**names: str) -> Callable[[Video], Video]:
    """Return the step that gives A and B these identities, and takes all others away."""
    everyone = {subject: names.get(name) for subject, name in ((A, "a"), (B, "b"))}
    table = {s: i for s, name in everyone.items() if name for i in given(s, name).values()}
    return lambda video: replace(video, identities=table)


def filled() -> Video:
    """Return a video of which nothing is at its default."""
    segments = lay_out(tuple(range(0, 250, 10)), 10, 10)
    edges = OpenEdges(segment=segments[0], edges=blob("edges"))
    return replace(
        linked(),
        order=Order(method=Method.BLUR, goal=Goal.PLAN, cohort="ward 3", segment_frames=10),
        state=State.HELD,
        asked_by=MessageId("m1"),
        layout=blob("layout"),
        segments=segments,
        outcomes={TaskKey("swap", 2, 1): blob("s"), TaskKey("detect", 0, 0): blob("d")},
        link_round=2,
        open_edges={0: (edges,), 1: (edges, edges)},
        portraits=blob("portraits"),
        linked_plan=blob("linked"),
        candidates={
            A: Candidate(subject_id=A, attempt=1, identity=blob("a")),
            B: Candidate(subject_id=B, attempt=2, identity=None),
        },
        identities=given(A, "i1"),
        plan=blob("plan"),
        revision=3,
        stale=(0, 2),
        output=blob("output"),
        findings=blob("findings"),
        repairs=1,
        verdict=Verdict.HELD,
        reviewer="Dr. Jane Doe",
        reason="Emma is visible",
        error="Conflict",
        failed_in=State.SWAPPED,
        retries=1,
        waiting=True,
        batch="b1",
        consent=Consent(reference="form 7", sharing=False, until=date(2027, 5, 1)),
        certificate=blob("certificate"),
        sweeps=2,
        cleared=True,
    )
