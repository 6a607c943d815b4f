"""What the gate found in a finished file."""

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
    TIMING = "timing"
    """A timestamp, the sound or the metadata is not what it must be."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Finding(_Value):
    """One thing, in one run of frames (both ends inclusive)."""

    kind: FindingKind
    first_frame: int
    last_frame: int
    first_time_s: float
    x0: float = 0.0
    y0: float = 0.0
    x1: float = 0.0
    y1: float = 0.0
    score: float
    """What the check measured; its threshold is in `threshold`."""
    threshold: float
    detector: str
    detail: str = ""


class Findings(_Value):
    """The result of one look at a finished file."""

    revision: int
    frames_checked: int
    faces_seen: int
    """Faces that the gate's detectors found, all of them."""
    faces_in_regions: int
    """Those that lie where something was rendered."""
    detail_samples: int
    background_detail: float
    """Median correlation of fine detail outside the faces with the original: about 1."""
    face_detail: float
    """The same inside the rendered faces, 95th percentile: low is good."""
    frozen_frames: int
    black_frames: int
    persons_seen: int
    similarity_hint: float | None = None
    """Recogniser's similarity of output and source. A hint: it finds infants alike."""
    findings: Annotated[tuple[Finding, ...], Field()] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings
