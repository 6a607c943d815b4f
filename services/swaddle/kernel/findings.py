"""What the gate saw in a finished file, segment by segment, and what it concluded."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class FindingKind(StrEnum):
    """What is wrong."""

    FACE = "face"
    """A detector sees a face where nothing was rendered."""
    DETAIL = "detail"
    """The fine detail of a rendered face is that of the original."""
    PERSON = "person"
    """A body with visible nose or eyes, and no track on its head."""
    FROZEN = "frozen"
    """The picture stands still where the original moves."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Suspicion(_Value):
    """Something that one look at one frame says."""

    kind: FindingKind
    frame: int
    track: int = -1
    """The track whose rendering is suspected; -1 where there is none."""
    x0: float = 0.0
    y0: float = 0.0
    x1: float = 0.0
    y1: float = 0.0
    score: float
    """What was measured."""
    threshold: float
    """From where on it is suspicious."""
    detector: str
    sure: bool
    """One look is enough; otherwise a neighbouring frame has to agree."""


class Look(_Value):
    """Everything that was seen in one segment."""

    first_frame: int
    last_frame: int
    faces_seen: int
    """Faces that the gate's detectors found, all of them."""
    faces_in_regions: int
    """Those that lie where something was rendered."""
    persons_seen: int
    black_frames: int
    detail: tuple[float, ...]
    """For each rendered face: median correlation of its fine detail with the original."""
    background: tuple[float, ...]
    """The same outside the faces, for some frames: about 1 where nothing was changed."""
    suspicions: tuple[Suspicion, ...]


class Finding(_Value):
    """One thing, in one run of frames (both ends inclusive)."""

    kind: FindingKind
    first_frame: int
    last_frame: int
    first_time_s: float
    last_time_s: float
    track: int = -1
    x0: float = 0.0
    y0: float = 0.0
    x1: float = 0.0
    y1: float = 0.0
    score: float
    threshold: float
    detector: str


class SubjectFigures(_Value):
    """How the recogniser sees a subject: hints, not proofs (it finds infants alike)."""

    subject_id: str
    age_group: str
    samples: int
    to_source: float | None
    """Mean similarity of output and original over sampled frames."""
    within_output: float | None
    """Mean similarity of the subject's own sampled output frames with each other."""
    within_source: float | None
    """The same for the original."""
    to_other_subjects: float | None
    """Largest mean similarity with the output of another subject of the video."""
    stranger_mean: float
    stranger_deviation: float
    """How similar two different people of this age are to the recogniser."""


class Findings(_Value):
    """The result of looking at a finished file."""

    revision: int
    frames_checked: int
    faces_seen: int
    faces_in_regions: int
    persons_seen: int
    black_frames: int
    frozen_frames: int
    detail_samples: int
    face_detail: float
    """95th percentile over the rendered faces of the correlation with the original: low is good."""
    background_detail: float
    """Median of the same outside the faces."""
    subjects: tuple[SubjectFigures, ...] = ()
    findings: Annotated[tuple[Finding, ...], Field()] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings
