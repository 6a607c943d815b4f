"""
The manifest: what was done to a video, in a form that a machine can check years later.

It is signed as the bytes it has, so that those bytes are canonical: one content, one form. It
names no file and nobody but a reviewer, and it does not tell who holds the original: the digest of
the input is salted, and the salt lies in the receipt, which is not for sharing.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import Forged
from swaddle.kernel.findings import Findings
from swaddle.kernel.signatures import fingerprint

from .canonical import canonical

SCHEMA: Final = "swaddle.manifest/1"
RECEIPT_SCHEMA: Final = "swaddle.receipt/1"

SOURCE_TYPES: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""IPTC's vocabulary, which C2PA and the IPTC metadata standards use as well."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Weight(_Value):
    """A file of learned numbers that had a part in the result."""

    name: str
    """In `models.toml`."""
    sha256: str
    licence: str
    """SPDX identifier."""
    commercial_use: bool
    """Whether the licence allows it."""


class Toolchain(_Value):
    """With what a video was made."""

    version: str
    """Of swaddle."""
    python: str
    libraries: Mapping[str, str] = {}
    """Versions by name."""
    engines: Mapping[str, str] = {}
    """Fingerprints by role: detector, identity, swapper and so on."""
    encoder: str = ""
    """Encoder with its settings, in words."""
    weights: tuple[Weight, ...] = ()

    @property
    def digest(self) -> str:
        """Tells toolchains apart."""
        return hashlib.sha256(canonical(self.model_dump(mode="json"))).hexdigest()


class SyntheticMedia(_Value):
    """Says to machines that the faces are not real."""

    faces_are_synthetic: bool
    """Whether any face of the output is that of a person who does not exist."""
    digital_source_type: str
    """A term of IPTC's vocabulary."""
    disclosure: str


class OrderFacts(_Value):
    """What was asked for."""

    method: str
    """What takes the place of faces, unless the plan says otherwise."""
    audio: str
    """keep or drop."""
    container: str
    cohort: bool
    """Whether one person has one identity in several videos."""


class FileFact(_Value):
    """A file that belongs to the output, by its content."""

    sha256: str
    size: int

    @classmethod
    def of(cls, blob: Blob) -> "FileFact":
        """Return what a stored blob is."""
        return cls(sha256=blob.sha256, size=blob.size)


class InputFact(_Value):
    """A commitment to the input that only the holder of the receipt can open."""

    salted_sha256: str
    method: str = "SHA-256 of salt (32 bytes), then SHA-256 of the file (32 bytes)"


class VideoFacts(_Value):
    """The picture and the sound."""

    width: int
    height: int
    frames: int
    duration_s: float
    average_rate: str
    """Frames per second."""
    pixel_format: str
    audio: tuple[str, ...]
    """Codec of each sound track."""
    notes: tuple[str, ...]
    """What was dropped or changed, in sentences."""


class SubjectFacts(_Value):
    """One person of the video."""

    subject: str
    """As in report and feature table; never a name."""
    age_group: str
    method: str
    faces: int
    """Frames in which the face is known."""
    swapped: int
    """Those that the method was carried out on."""
    stand_ins: int = 0
    """Those of them that the stand-in rendered, because the person's engine failed on them."""
    covered: int
    """Those that were covered or blackened."""
    exempt: int
    """Those that were left as they are."""
    first_s: float | None
    last_s: float | None
    """When the face is known first and last; null where it never is."""


class Counts(_Value):
    """What happened to all faces of all frames."""

    subjects: int
    faces: Mapping[str, int]
    """By what was done: swap, cover, black, exempt, blur, pixelate, blackout, stand_in."""
    covered_share: float
    """Of the faces that were to be swapped: those that were covered or blackened instead."""
    black_frames: int
    """Frames that are black as a whole."""
    places_without_a_face: int
    """Covers that belong to no face, counted in every frame."""


class Approval(_Value):
    """Who answers for a video that the gate held."""

    reviewer: str
    reason: str


class Signer(_Value):
    """Whose signature lies beside the manifest."""

    algorithm: Literal["Ed25519"] = "Ed25519"
    public_key: str
    """32 bytes in hexadecimal digits."""
    fingerprint: str
    """What people compare: see `swaddle verify`."""

    @classmethod
    def of(cls, public_key: bytes) -> "Signer":
        """Return the signer who has this key."""
        return cls(public_key=public_key.hex(), fingerprint=fingerprint(public_key))


class Testimony(_Value):
    """All that is known about a run when its report is written."""

    video_id: str
    """Made for this run; says nothing of the original."""
    created: str
    """When, in UTC (ISO 8601)."""
    revision: int
    """Of the plan: counts repairs and edits."""
    verdict: Literal["released", "held"]
    """What became of the video."""
    repair_rounds: int
    """How often the gate sent the video back to cover what it found."""
    approval: Approval | None
    """Who released a video that the gate held; null where the gate passed it."""
    synthetic_media: SyntheticMedia
    order: OrderFacts
    input: InputFact
    output: FileFact
    plan: FileFact
    """
    The plan that was rendered, without the synthetic people's coefficients; it lies beside the video.
    """
    findings: FileFact
    video: VideoFacts
    counts: Counts
    subjects: tuple[SubjectFacts, ...]
    gate: Findings
    """What the gate saw in the finished file."""
    toolchain: Toolchain
    signer: Signer


class Manifest(_Value):
    """What is signed."""

    schema_version: Literal["swaddle.manifest/1"] = SCHEMA
    testimony: Testimony
    features: FileFact
    report: FileFact
    provenance: FileFact

    def to_json(self) -> bytes:
        """Return the canonical form, with a digest of everything else in it."""
        body = self.model_dump(mode="json")
        return canonical({**body, "body_sha256": _body_digest(body)})


class Receipt(_Value):
    """Opens the commitment to the input. Private: it ties an output to an original."""

    schema_version: Literal["swaddle.receipt/1"] = RECEIPT_SCHEMA
    video_id: str
    salt: str
    """32 bytes in hexadecimal digits."""
    input_sha256: str
    output_sha256: str

    def to_json(self) -> bytes:
        """Return the canonical form."""
        return canonical(self.model_dump(mode="json"))

    def opens(self, commitment: InputFact) -> bool:
        """Return whether this is the input that a manifest speaks of."""
        return commit(bytes.fromhex(self.salt), self.input_sha256) == commitment


def commit(salt: bytes, input_sha256: str) -> InputFact:
    """Return what may be published about an input."""
    return InputFact(salted_sha256=hashlib.sha256(salt + bytes.fromhex(input_sha256)).hexdigest())


def disclose(faces: Mapping[str, int]) -> SyntheticMedia:
    """Return what has to be said about the faces of an output."""
    if faces["swap"] or faces["stand_in"]:
        return SyntheticMedia(
            faces_are_synthetic=True,
            digital_source_type=f"{SOURCE_TYPES}compositeWithTrainedAlgorithmicMedia",
            disclosure="Faces in this video were replaced by faces of people who do not exist.",
        )
    return SyntheticMedia(
        faces_are_synthetic=False,
        digital_source_type=f"{SOURCE_TYPES}algorithmicallyEnhanced",
        disclosure="No face in this video was replaced by a synthetic one.",
    )


def read_manifest(content: bytes) -> Manifest:
    """Parse a manifest; raises Forged where it is none, or not what its own digest says."""
    try:
        body = json.loads(content)
        claimed = body.pop("body_sha256", "") if isinstance(body, dict) else ""
        manifest = Manifest.model_validate(body)
    except (ValueError, ValidationError) as error:
        raise Forged("The manifest is damaged, or is none.") from error
    # The parsed body, not the model's own dump: nothing may be added that the model overlooks.
    if claimed != _body_digest(body) or canonical({**body, "body_sha256": claimed}) != content:
        raise Forged("The manifest was changed after it was written.")
    return manifest


def _body_digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(body)).hexdigest()
