"""
The plan: who is in the video, where, and what is to be done with each face.

A plan is a JSON file that people read and edit. It holds no landmarks and no pictures of real
people: those lie encrypted in the work folder, and the plan names the tables by digest. Engines that
swap faces by picture keep the synthetic person's portrait in it.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, ValidationError, model_validator

from .errors import InvalidPlan
from .faces import AgeGroup

SCHEMA: Final = 1


class Method(StrEnum):
    """What takes the place of a face."""

    SYNTHETIC = "synthetic"
    """Another, synthetic person."""
    BLUR = "blur"
    PIXELATE = "pixelate"
    BLACKOUT = "blackout"
    COVER = "cover"
    """At most 4 x 4 mean colours over the head."""
    EXEMPT = "exempt"
    """Nothing: the face stays as it is. Somebody has to answer for that."""


class Action(StrEnum):
    """What is done with one face in one span of frames."""

    SWAP = "swap"
    """The method of the subject."""
    COVER = "cover"
    BLACK = "black"
    """The whole frame is black."""
    EXEMPT = "exempt"


def track_name(number: int) -> str:
    """Return the name under which a plan speaks of a track of the tables."""
    return f"t{number + 1:04}"


def track_number(name: str) -> int:
    """Return the number in the tables; raises InvalidPlan where the name is none of ours."""
    digits = name.removeprefix("t")
    if not digits.isdecimal() or int(digits) == 0:
        raise InvalidPlan(
            f"The plan speaks of a track {name!r}; tracks are called t0001 and so on."
        )
    return int(digits) - 1


class _Value(BaseModel):
    # Every comparison with "not a number" is false: a cover there would pass for one, and hide
    # nothing.
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


FrameNumber = Annotated[int, Field(ge=0)]
Fraction01 = Annotated[float, Field(ge=0, le=1)]


class Span(_Value):
    """A run of frames (both ends inclusive) that are treated alike."""

    first_frame: FrameNumber
    last_frame: FrameNumber
    action: Action
    reason: str = ""

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.last_frame < self.first_frame:
            msg = "a span ends before it begins"
            raise ValueError(msg)
        return self


class TrackPlan(_Value):
    """One uninterrupted appearance of a face."""

    track_id: str
    spans: Annotated[tuple[Span, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for before, after in zip(self.spans, self.spans[1:], strict=False):
            if after.first_frame != before.last_frame + 1:
                msg = f"the spans of {self.track_id} overlap or leave a gap"
                raise ValueError(msg)
        return self

    @property
    def first_frame(self) -> int:
        """The frame in which the face appears."""
        return self.spans[0].first_frame

    @property
    def last_frame(self) -> int:
        """The last frame with the face."""
        return self.spans[-1].last_frame

    def action_at(self, frame: int) -> Action:
        """Return what is done in this frame; a frame outside every span is covered."""
        for span in self.spans:
            if span.first_frame <= frame <= span.last_frame:
                return span.action
        return Action.COVER


Point = tuple[float, float]


class PortraitPlan(_Value):
    """A synthetic person's face as a picture, for engines that swap by picture."""

    picture: Base64Bytes
    """PNG, BGR when decoded. What is not the synthetic face is one grey: nothing of the original."""
    points: tuple[Point, Point, Point, Point, Point]
    """Left eye, right eye, nose, left and right corner of the mouth, in its pixels."""


LARGEST: Final = 2.5
"""Standard deviations: no coefficient is larger. The tails of the distribution were never seen."""

COLOURS: Final = ("blue", "green", "red")

Coefficient = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]


class IdentityPlan(_Value):
    """A synthetic person, complete: with it a face can be rendered again without any key."""

    identity_id: str
    attempt: Annotated[int, Field(ge=0)]
    engine: str
    """Fingerprint of the identity generator that invented the person."""
    shape: tuple[Coefficient, ...] = ()
    """Coefficients of the face space's shape components, in standard deviations; empty where the
    engine has no face space."""
    texture: tuple[Coefficient, ...] = ()
    """Coefficients of its texture components, in standard deviations; empty likewise."""
    iris: tuple[Annotated[int, Field(ge=0, le=255)], ...] = ()
    """Colour of the iris: blue, green, red; empty likewise."""
    portrait: PortraitPlan | None = None
    """The person as a picture, where an engine swaps by picture."""

    @model_validator(mode="after")
    def _three_colours(self) -> Self:
        if len(self.iris) not in (0, len(COLOURS)):
            msg = f"the iris of {self.identity_id} has other colours than {', '.join(COLOURS)}"
            raise ValueError(msg)
        return self

    @property
    def of_face_space(self) -> bool:
        """Whether the appearance engine can render the person."""
        return bool(self.shape and self.texture and self.iris)


EngineUrl = Annotated[str, Field(pattern=r"^[a-z]+://[A-Za-z0-9_.-]*(\?\S*)?$")]


class SubjectPlan(_Value):
    """One person of the video."""

    subject_id: str
    age_group: AgeGroup
    method: Method
    tracks: Annotated[tuple[TrackPlan, ...], Field(min_length=1)]
    identity: IdentityPlan | None = None
    stand_in: IdentityPlan | None = None
    """Who is shown where the engine fails on a face: somebody of the face space, if not `identity`."""
    engine: EngineUrl | None = None
    """
    URL of the swapper that renders this person, as in SWADDLE_SWAPPER_URL; null: the run's own.
    """
    note: str = ""


class CoverPlan(_Value):
    """A place that is covered whatever the tracks say: what the gate found, or a person drew."""

    first_frame: FrameNumber
    last_frame: FrameNumber
    x0: float
    y0: float
    x1: float
    y1: float
    reason: str = ""

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.last_frame < self.first_frame or self.x1 <= self.x0 or self.y1 <= self.y0:
            msg = "a cover has no extent"
            raise ValueError(msg)
        return self


class Plan(_Value):
    """Everything that rendering needs besides the video and the work tables."""

    schema_version: Literal[1] = SCHEMA
    video_id: str
    revision: Annotated[int, Field(ge=0)] = 0
    frames: Annotated[int, Field(gt=0)]
    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]
    work: str
    """The work folder that holds the tables this plan belongs to."""
    tables: tuple[str, ...]
    """SHA-256 of the track table of each segment."""
    subjects: tuple[SubjectPlan, ...] = ()
    covers: tuple[CoverPlan, ...] = ()
    black_frames: tuple[FrameNumber, ...] = ()

    @property
    def people(self) -> tuple[IdentityPlan, ...]:
        """Everybody synthetic who may be shown."""
        return tuple(p for s in self.subjects for p in (s.identity, s.stand_in) if p is not None)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        subjects = [subject.subject_id for subject in self.subjects]
        tracks = [track.track_id for subject in self.subjects for track in subject.tracks]
        identities = [person.identity_id for person in self.people]
        pictures = [p.portrait.picture for p in self.people if p.portrait is not None]
        for names, what in (
            *((subjects, "subject"), (tracks, "track")),
            *((identities, "identity"), (pictures, "portrait")),
        ):
            if len(set[object](names)) != len(names):
                msg = f"a {what} occurs twice"
                raise ValueError(msg)
        ends = [t.last_frame for s in self.subjects for t in s.tracks]
        ends += [cover.last_frame for cover in self.covers] + list(self.black_frames)
        if ends and max(ends) >= self.frames:
            msg = f"the video has {self.frames} frames, the plan speaks of frame {max(ends)}"
            raise ValueError(msg)
        return self

    def subject_of(self, track_id: str) -> SubjectPlan | None:
        """Return the subject a track belongs to."""
        for subject in self.subjects:
            if any(track.track_id == track_id for track in subject.tracks):
                return subject
        return None

    @property
    def engines(self) -> tuple[str, ...]:
        """URLs of the swappers that subjects name, each once; the run's own is not among them."""
        named = [s.engine for s in self.subjects if s.engine is not None]
        return tuple(dict.fromkeys(named))

    def to_json(self) -> bytes:
        """Return the plan as people see it."""
        return self.model_dump_json(indent=2).encode() + b"\n"


def read_plan(content: bytes | str) -> Plan:
    """Parse a plan; raises InvalidPlan with one sentence that names the first thing wrong."""
    try:
        return Plan.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        what = first["msg"].removeprefix("Value error, ")
        msg = f"The plan cannot be used: {place}: {what}."
        raise InvalidPlan(msg) from error
