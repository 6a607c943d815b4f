"""The columns of the tables that are shared, each with what it says."""

from collections.abc import Sequence
from typing import Final

from swaddle.kernel.faces import MESH_POINTS
from swaddle.kernel.tables import IRIS_POINTS

from .ports import FeatureColumn

PICTURE_LEFT: Final = "left in an upright picture (the person's right)"
PICTURE_RIGHT: Final = "right in an upright picture (the person's left)"
EYE_DISTANCE: Final = "distances of the outer corners of the eyes"


def _measure(name: str, unit: str, text: str) -> FeatureColumn:
    return FeatureColumn(name=name, kind="f4", unit=unit, text=text, nullable=True)


WHEN_AND_WHO: Final = (
    FeatureColumn(
        name="frame", kind="i4", text="Number of the frame in display order; the first is 0."
    ),
    FeatureColumn(
        name="pts", kind="i8", text="Its presentation timestamp, in units of `time_base`."
    ),
    FeatureColumn(
        name="time_s", kind="f8", unit="s", text="Its time, counted from the first frame."
    ),
    FeatureColumn(
        name="subject",
        kind="text",
        nullable=True,
        text="The person, as in report and manifest; missing where a face belongs to nobody.",
    ),
    FeatureColumn(
        name="track", kind="text", text="The uninterrupted appearance this row belongs to."
    ),
)

TREATMENT: Final = (
    FeatureColumn(
        name="rendered_as",
        kind="text",
        nullable=True,
        text="What the output shows: `swap`, `cover`, `black` (the whole frame), `exempt`, "
        "`blur`, `pixelate`, `blackout`, `stand_in` (swapped, by the stand-in of an engine that "
        "failed); missing where nothing was rendered, or the face lies outside the frame.",
    ),
    FeatureColumn(
        name="source",
        kind="text",
        text="How the face is known here: `detected`, `tracked` (from a neighbouring frame), "
        "`interpolated` (seen before and after), `extended` (safety margin).",
    ),
    _measure("presence", "0 to 1", "How sure the mesh model is of a face; missing without mesh."),
    _measure("occluded", "0 to 1", "Share of the face that something hides."),
    _measure("sharpness", "", "Deviation of the Laplacian of the face's brightness: low is blur."),
    *(
        FeatureColumn(
            name=f"head_{edge}",
            kind="f4",
            unit="px",
            text=f"{side} edge of the head, with the uncertainty that a cover has to hide.",
        )
        for edge, side in (("x0", "Left"), ("y0", "Upper"), ("x1", "Right"), ("y1", "Lower"))
    ),
)

POSE: Final = (
    _measure(
        "yaw",
        "degrees",
        "Turn about the head's axis from crown to chin; positive towards the side that is "
        f"{PICTURE_RIGHT}.",
    ),
    _measure("pitch", "degrees", "Turn about the axis through the ears; positive looks up."),
    _measure(
        "roll", "degrees", "Turn in the plane of the picture, clockwise; comes before the others."
    ),
)

EYES: Final = (
    *(
        _measure(
            f"eye_openness_{side}",
            "eye widths",
            f"Gap between the lids of the eye that is {where}: eye aspect ratio (Soukupova and "
            "Cech 2016), about 0.3 open, near 0 closed.",
        )
        for side, where in (("left", PICTURE_LEFT), ("right", PICTURE_RIGHT))
    ),
    *(
        column
        for side, where in (("left", PICTURE_LEFT), ("right", PICTURE_RIGHT))
        for column in (
            _measure(
                f"gaze_horizontal_{side}",
                "-1 to 1",
                f"Centre of the iris of the eye that is {where}, between its corners: -1 at the "
                "corner on the left of an upright picture, 1 at the other; missing where closed.",
            ),
            _measure(
                f"gaze_vertical_{side}",
                "-1 to 1",
                "The same upwards from the line through the corners, in halves of the eye's width.",
            ),
        )
    ),
)

EXPRESSION: Final = (
    _measure("mouth_openness", "mouth widths", "Gap between the inner edges of the lips."),
    _measure("mouth_width", EYE_DISTANCE, "Between the corners of the mouth: wider in a smile."),
    _measure(
        "mouth_corner_lift",
        EYE_DISTANCE,
        "How far the corners of the mouth lie above its middle: rises in a smile.",
    ),
    _measure("brow_height_left", EYE_DISTANCE, f"Of the brow {PICTURE_LEFT}, above its eye."),
    _measure("brow_height_right", EYE_DISTANCE, f"Of the brow {PICTURE_RIGHT}, above its eye."),
    _measure("brow_gap", EYE_DISTANCE, "Between the inner ends of the brows: less in a frown."),
)

LANDMARKS: Final = FeatureColumn(
    name="synthetic_landmarks",
    kind="f4",
    unit="px",
    shape=(MESH_POINTS, 3),
    nullable=True,
    text="The mesh of the *synthetic* face (MediaPipe's 468 points: x, y, z for each; z grows "
    "away from the camera), to a 32nd of a pixel; missing where none was rendered.",
)

FEATURES: Final[Sequence[FeatureColumn]] = (
    *WHEN_AND_WHO,
    *TREATMENT,
    *POSE,
    *EYES,
    *EXPRESSION,
    LANDMARKS,
)
"""What may be shared: one row for each face and frame, ordered by frame, then track."""

ORIGINAL_LANDMARKS: Final[Sequence[FeatureColumn]] = (
    *WHEN_AND_WHO,
    FeatureColumn(
        name="landmarks",
        kind="f4",
        unit="px",
        shape=(MESH_POINTS, 3),
        text="The smoothed mesh of the *real* face: x, y, z of 468 points.",
    ),
    FeatureColumn(
        name="irises",
        kind="f4",
        unit="px",
        shape=(2, IRIS_POINTS, 2),
        text="Centre, right, top, left and bottom of both irises, left in the picture first.",
    ),
)
"""Biometric data of real people, for those who may have it: one row for each face with a mesh."""


def reference() -> str:
    """Return the documentation of both tables, in Markdown."""
    return "\n".join(
        [
            "# The feature table",
            "",
            "`swaddle anonymize` writes it beside the video as `.features.parquet`, and `swaddle",
            "features` writes it without making a video. One row for each face and frame, ordered",
            "by frame, then track. It holds no landmarks and no pictures of a real face. Each",
            "column repeats its description and unit in the file's own metadata.",
            "",
            "Measures are taken from the real face's mesh, before anything is rendered. They are",
            "missing (null) where there is no mesh. Lengths are ratios of distances on one face,",
            "seen from the front, so that they depend on neither size nor turn of the head.",
            "",
            *_rows(FEATURES),
            "",
            "The file's metadata: `swaddle.schema`, `swaddle.software`, `swaddle.video_id`,",
            "`swaddle.time_base`, `swaddle.width`, `swaddle.height`, `swaddle.private`.",
            "",
            "## The private table",
            "",
            "`swaddle features --original-landmarks` writes a second file, marked",
            "`swaddle.private = true` in its metadata. It holds **biometric data of real people**",
            "and is not for sharing. One row for each face with a mesh.",
            "",
            *_rows(ORIGINAL_LANDMARKS),
            "",
        ]
    )


def _rows(columns: Sequence[FeatureColumn]) -> list[str]:
    header = ["| column | type | unit | what it says |", "|---|---|---|---|"]
    return header + [f"| `{c.name}` | {_type(c)} | {c.unit} | {c.text} |" for c in columns]


def _type(column: FeatureColumn) -> str:
    names = {"i4": "int32", "i8": "int64", "f4": "float", "f8": "double", "text": "string"}
    name = names.get(column.kind, "boolean")
    if column.shape:
        name = f"list of {name}, {' x '.join(map(str, column.shape))}"
    return f"{name}, may be missing" if column.nullable else name
