"""What is measured: each figure's name, unit, direction, definition and source."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

Direction = Literal["lower", "higher", "neither"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Estimate(_Value):
    """A number, and how far it can be trusted."""

    value: float
    low: float | None = None
    high: float | None = None
    """The ends of the 95 % interval; absent where one second of one face is all there is."""
    rows: int
    """How many frames, faces or pairs it was taken from."""


class Definition(_Value):
    """What a figure says."""

    name: str
    group: str
    unit: str
    better: Direction
    text: str
    source: str = ""


class Figure(_Value):
    """One figure of one pair of videos."""

    name: str
    measured: Estimate | None
    """Absent where the clip does not tell: no face is large enough, or nothing moves."""
    reencoded: Estimate | None = None
    """The same for a copy of the original that was only encoded again."""


def _define(
    group: str, name: str, unit: str, better: Direction, text: str, source: str = ""
) -> Definition:
    return Definition(name=name, group=group, unit=unit, better=better, text=text, source=source)


IDENTITY: Final = "De-identification"
COVERAGE: Final = "Coverage"
USE: Final = "What research still sees"
PICTURE: Final = "Picture, time and sound"

DEFINITIONS: Final = (
    _define(
        IDENTITY,
        "similarity_to_source",
        "cosine",
        "lower",
        "Mean similarity of a face before and after to the centred recogniser, over up to 40 "
        "frames of each track.",
        "BLANKET reports 0.11 (0.18) with ArcFace; another recogniser has another scale, so read "
        "it against the two lines below.",
    ),
    _define(
        IDENTITY,
        "same_person",
        "cosine",
        "neither",
        "Mean similarity of the original face with itself, in frames at least a second apart.",
    ),
    _define(
        IDENTITY,
        "strangers",
        "cosine",
        "neither",
        "Mean similarity of different synthetic people of the same age groups, that serve nothing "
        "else.",
    ),
    _define(
        IDENTITY,
        "reidentified_first",
        "share",
        "lower",
        "Rank-1 re-identification: how often the nearest face in a gallery (everybody in the "
        "original, and synthetic people that serve nothing else) is the face's own source.",
    ),
    _define(
        IDENTITY,
        "constancy",
        "share",
        "higher",
        "Mean similarity among a subject's faces after, above that of strangers, as a share of the "
        "same before: at 1, the output shows as constant a person as the original.",
    ),
    _define(
        IDENTITY,
        "between_subjects",
        "cosine",
        "lower",
        "Largest mean similarity between the outputs of two subjects of the video.",
    ),
    _define(
        COVERAGE,
        "exposed_faces",
        "faces",
        "lower",
        "Faces of the original, one in one frame, whose fine detail the output still shows (local "
        "correlation of the high-passed luma, against unchanged surroundings).",
    ),
    _define(
        COVERAGE,
        "longest_exposure",
        "frames",
        "lower",
        "The longest run of frames in which one face is exposed.",
    ),
    _define(
        COVERAGE,
        "faces_kept",
        "share",
        "higher",
        "Faces of at least 48 px with a face mesh before that have one after: the rest is covered "
        "or lost.",
    ),
    _define(
        COVERAGE,
        "frozen_frames",
        "frames",
        "lower",
        "Frames that stand still where the original moves.",
    ),
    _define(
        COVERAGE,
        "frozen_faces",
        "faces",
        "lower",
        "Faces that stand still, in the picture or carried along as a mask, where the original's moves.",
    ),
    _define(
        COVERAGE,
        "black_frames",
        "frames",
        "lower",
        "Frames that are black where the original is not.",
    ),
    _define(
        USE,
        "landmark_correlation",
        "r",
        "higher",
        "Correlation over time of each mesh point's x and y before and after, in the picture's "
        "frame; mean over points, then over tracks.",
        "BLANKET's temporal landmark correlation (0.956 there, with 98 SPIGA points). A still mask "
        "pasted on a face reaches 0.98, so it proves little.",
    ),
    _define(
        USE,
        "landmark_correlation_in_face",
        "r",
        "higher",
        "The same with position, size and roll of the face taken off (Procrustes on points that "
        "expressions hardly move).",
    ),
    _define(
        USE,
        "head_pose_difference",
        "degrees",
        "lower",
        "Mean absolute difference of yaw, pitch and roll before and after.",
    ),
    _define(
        USE,
        "eye_openness_correlation",
        "r",
        "higher",
        "Correlation over time of the eye aspect ratio, both eyes.",
        "Soukupova and Cech, 2016.",
    ),
    _define(
        USE,
        "mouth_openness_correlation",
        "r",
        "higher",
        "Correlation over time of the gap between the lips, in mouth widths.",
    ),
    _define(
        USE,
        "gaze_correlation",
        "r",
        "higher",
        "Correlation over time of where the iris is in its eye, horizontally and vertically, both "
        "eyes.",
    ),
    _define(
        USE,
        "gaze_difference",
        "half eye widths",
        "lower",
        "Mean absolute difference of the same.",
        "BLANKET reports a gaze difference of 0.36 and names no unit: not comparable.",
    ),
    _define(
        USE,
        "expression_correlation",
        "r",
        "higher",
        "Correlation over time of mouth width, lift of its corners, brow height and brow gap.",
        "BLANKET's emotion score (0.51) asks a classifier; this asks the geometry, and is not "
        "comparable.",
    ),
    _define(
        USE,
        "detector_precision",
        "AP",
        "higher",
        "COCO average precision (IoU 0.50 to 0.95) of a face detector on the output, with its own "
        "detections on the original as truth.",
        "BLANKET reports 90.7 for persons.",
    ),
    _define(
        USE,
        "body_pose_precision",
        "AP",
        "higher",
        "COCO key point average precision (object key point similarity 0.50 to 0.95) of MediaPipe "
        "pose, 17 points, with its own result on the original as truth.",
        "BLANKET reports 97.2 with a detector that it does not name.",
    ),
    _define(
        USE,
        "flicker",
        "times",
        "lower",
        "Mean absolute second difference over time of the luma in the face region, as a multiple "
        "of the original's.",
    ),
    _define(
        PICTURE,
        "psnr_outside",
        "dB",
        "higher",
        "Luma PSNR outside the heads grown 1.2 "
        "times, from the mean squared error of the whole clip.",
    ),
    _define(
        PICTURE,
        "ssim_outside",
        "share",
        "higher",
        "Structural similarity of the luma outside the heads grown 1.2 times.",
        "Wang et al., IEEE TIP 13(4), 2004.",
    ),
    _define(
        PICTURE,
        "timestamp_difference",
        "s",
        "lower",
        "Largest difference of a presentation timestamp.",
    ),
    _define(
        PICTURE,
        "audio_streams_changed",
        "streams",
        "lower",
        "Audio streams whose packets are not the original's, bit for bit.",
    ),
)
"""In the order in which they are shown."""

BY_NAME: Final = {definition.name: definition for definition in DEFINITIONS}
