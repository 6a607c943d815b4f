"""What people and tracks are called where strangers read it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from swaddle.kernel.plan import Plan, SubjectPlan, track_number

OURS: Final = re.compile(r"s\d{2,6}")
"""Subjects as `linking` names them. Whoever edits a plan may call them by their names."""


@dataclass(frozen=True, slots=True)
class Naming:
    """Gives every subject of a plan a name that says nothing."""

    plan: Plan
    of_subject: Mapping[str, str] = field(init=False)
    of_track: Mapping[int, str] = field(init=False)
    """The subject's name by the number of the track."""

    def __post_init__(self) -> None:
        names = _names(self.plan)
        tracks = {
            track_number(track.track_id): names[subject.subject_id]
            for subject in self.plan.subjects
            for track in subject.tracks
        }
        object.__setattr__(self, "of_subject", names)
        object.__setattr__(self, "of_track", tracks)

    def subjects(self) -> Mapping[str, SubjectPlan]:
        """Return the subjects by these names, in the order of the plan."""
        return {self.of_subject[s.subject_id]: s for s in self.plan.subjects}


def _names(plan: Plan) -> dict[str, str]:
    given = [subject.subject_id for subject in plan.subjects]
    taken = {name for name in given if OURS.fullmatch(name)}
    free = (name for number in range(1, len(given) + 1) if (name := f"p{number:02}") not in taken)
    return {name: name if name in taken else next(free) for name in given}
