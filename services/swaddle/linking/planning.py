"""The first plan of a video, as people will read it."""

from collections.abc import Sequence

import numpy as np

from swaddle.kernel.blobs import Blob
from swaddle.kernel.messages import LinkSubjects
from swaddle.kernel.plan import Plan, SubjectPlan, TrackPlan, track_name
from swaddle.kernel.video import Layout

from .bridging import Track
from .doubt import spans
from .subjects import Subject

LOOKS_LIKE_ANOTHER = "may be the same person as another subject; kept apart in doubt"


def write_plan(
    command: LinkSubjects,
    layout: Layout,
    tracks: Sequence[Track],
    subjects: Sequence[Subject],
    doubts: Sequence[Sequence[int]],
    tables: Sequence[Blob],
) -> Plan:
    """Return the plan of a video. `doubts`: one value for each frame of each track."""
    return Plan(
        video_id=command.video_id,
        frames=layout.profile.frames,
        width=layout.profile.width,
        height=layout.profile.height,
        work="",
        tables=tuple(blob.sha256 for blob in tables),
        subjects=tuple(
            SubjectPlan(
                subject_id=f"s{number + 1:02}",
                age_group=subject.age_group,
                method=command.order.method,
                tracks=tuple(
                    TrackPlan(
                        track_id=track_name(index),
                        spans=spans(tracks[index].frame, np.array(doubts[index], np.uint8)),
                    )
                    for index in subject.tracks
                ),
                note=LOOKS_LIKE_ANOTHER if subject.doubtful else "",
            )
            for number, subject in enumerate(subjects)
        ),
    )
