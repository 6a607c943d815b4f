"""Whether a video is the one that was signed, and by whom."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO, Final

from swaddle.kernel.blobs import sha256_of
from swaddle.kernel.errors import Forged
from swaddle.kernel.signatures import fingerprint

from .manifest import Manifest, read_manifest
from .ports import SignatureChecker

SIGNATURE_BYTES: Final = 64


class Outcome(StrEnum):
    """What verifying found."""

    OK = "ok"
    CHANGED_OUTPUT = "changed output"
    """The manifest is genuine, the video is another."""
    CHANGED_COMPANION = "changed companion"
    """Video and manifest belong together; report, features, plan or provenance is another."""
    CHANGED_MANIFEST = "changed manifest"
    """The manifest is damaged, or was edited after it was written."""
    WRONG_SIGNATURE = "wrong signature"
    """The manifest is whole, and the signature is not one of it."""
    UNKNOWN_SIGNER = "unknown signer"
    """All fits together, and somebody else than expected signed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What can be said about a video."""

    outcome: Outcome
    sentence: str
    """For people."""
    signer: str = ""
    """Fingerprint of who signed; empty where nobody did."""
    expected: bool = False
    """Whether it was the signer that was asked for, or the one who asks."""
    manifest: Manifest | None = None

    @property
    def genuine(self) -> bool:
        """Whether video, manifest and signature belong together."""
        return self.outcome is Outcome.OK


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What somebody was given."""

    output: BinaryIO
    manifest: bytes
    signature: bytes
    companions: Mapping[str, BinaryIO] = field(default_factory=dict)
    """Some or all of `COMPANIONS`: only what is there can be compared."""


COMPANIONS: Final = ("report", "features", "provenance", "plan")
"""Files beside a video that the manifest vouches for."""


def verify(
    parcel: Parcel, trusted: bytes | None, own: bytes | None, checker: SignatureChecker
) -> Verification:
    """
    Compare a video, and what lies beside it, with its manifest and its signature.

    `trusted` is the Ed25519 key (32 bytes) of the signer that is expected. Without one, whoever
    signed is named, and it is for the reader to ask whether that is the right one; unless it is
    the reader's `own` key.
    """
    try:
        told = read_manifest(parcel.manifest)
        key = _key_of(told)
    except Forged as error:
        return Verification(outcome=Outcome.CHANGED_MANIFEST, sentence=str(error))
    signature = parcel.signature
    if len(signature) != SIGNATURE_BYTES or not checker.vouches(key, parcel.manifest, signature):
        return Verification(
            outcome=Outcome.WRONG_SIGNATURE,
            sentence="The signature is not one of this manifest.",
        )
    signer = told.testimony.signer.fingerprint
    if trusted is not None and trusted != key:
        return Verification(
            outcome=Outcome.UNKNOWN_SIGNER,
            sentence=f"Signed by {signer}, not by {fingerprint(trusted)} as expected.",
            signer=signer,
        )
    if (changed := _changed(parcel, told)) is not None:
        outcome, what = changed
        sentence = f"The {what} is not the one that {signer} signed."
        return Verification(outcome=outcome, sentence=sentence, signer=signer)
    expected = key in (trusted, own)
    return Verification(
        outcome=Outcome.OK,
        sentence=_good(told, signer, parcel.companions, expected=expected),
        signer=signer,
        expected=expected,
        manifest=told,
    )


def _changed(parcel: Parcel, told: Manifest) -> tuple[Outcome, str] | None:
    """Return what is not as it was signed."""
    if sha256_of(parcel.output) != told.testimony.output.sha256:
        return Outcome.CHANGED_OUTPUT, "video"
    known = {
        "report": told.report,
        "features": told.features,
        "provenance": told.provenance,
        "plan": told.testimony.plan,
    }
    for name, stream in parcel.companions.items():
        if sha256_of(stream) != known[name].sha256:
            what = {"features": "feature table", "provenance": "provenance file"}.get(name, name)
            return Outcome.CHANGED_COMPANION, f"{what} beside the video"
    return None


def _key_of(manifest: Manifest) -> bytes:
    signer = manifest.testimony.signer
    try:
        key = bytes.fromhex(signer.public_key)
    except ValueError as error:
        raise Forged("The manifest names no key.") from error
    if fingerprint(key) != signer.fingerprint:
        raise Forged("The manifest names a key and the fingerprint of another.")
    return key


def _good(manifest: Manifest, signer: str, there: Collection[str], *, expected: bool) -> str:
    told = manifest.testimony
    missing = [name for name in COMPANIONS if name not in there]
    rest = f" Not there to be compared: {', '.join(missing)}." if missing else ""
    if bare := sum(subject.exempt > 0 for subject in told.subjects):
        rest = (
            f" The real face of {bare} {'person' if bare == 1 else 'people'} shows, by plan.{rest}"
        )
    who = (
        "as expected" if expected else "an unknown signer: compare the fingerprint, or give --key"
    )
    begin = f"Unchanged since {told.created}, when {signer} signed it ({who});"
    if told.approval is not None:
        return f"{begin} held by the gate, released by {told.approval.reviewer}.{rest}"
    return f"{begin} {'released' if told.verdict == 'released' else 'held'} by the gate.{rest}"
