"""Whether a video is the one that was signed, and by whom."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Final

from swaddle.kernel.errors import Forged
from swaddle.kernel.signatures import fingerprint

from .manifest import Manifest, read_manifest
from .ports import SignatureChecker

CHUNK: Final = 1 << 20
SIGNATURE_BYTES: Final = 64


class Outcome(StrEnum):
    """What verifying found."""

    OK = "ok"
    CHANGED_OUTPUT = "changed output"
    """The manifest is genuine, the video is another."""
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
    """Whether it was the signer that was asked for."""
    manifest: Manifest | None = None

    def signed_by(self, public_key: bytes) -> bool:
        """Return whether this key (32 bytes) is the signer's."""
        return self.signer == fingerprint(public_key)

    @property
    def genuine(self) -> bool:
        """Whether video, manifest and signature belong together."""
        return self.outcome is Outcome.OK


def verify(
    output: BinaryIO,
    manifest: bytes,
    signature: bytes,
    trusted: bytes | None,
    checker: SignatureChecker,
) -> Verification:
    """
    Compare a video with its manifest and its signature.

    `trusted` is the Ed25519 key (32 bytes) of the signer that is expected; without one, whoever
    signed is named, and it is for the reader to ask whether that is the right one.
    """
    try:
        told = read_manifest(manifest)
        key = _key_of(told)
    except Forged as error:
        return Verification(outcome=Outcome.CHANGED_MANIFEST, sentence=str(error))
    if len(signature) != SIGNATURE_BYTES or not checker.vouches(key, manifest, signature):
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
    if _digest(output) != told.testimony.output.sha256:
        return Verification(
            outcome=Outcome.CHANGED_OUTPUT,
            sentence=f"The video is not the one that {signer} signed.",
            signer=signer,
        )
    return Verification(
        outcome=Outcome.OK,
        sentence=_good(told, signer, expected=trusted is not None),
        signer=signer,
        expected=trusted is not None,
        manifest=told,
    )


def _key_of(manifest: Manifest) -> bytes:
    signer = manifest.testimony.signer
    try:
        key = bytes.fromhex(signer.public_key)
    except ValueError as error:
        raise Forged("The manifest names no key.") from error
    if fingerprint(key) != signer.fingerprint:
        raise Forged("The manifest names a key and the fingerprint of another.")
    return key


def _good(manifest: Manifest, signer: str, *, expected: bool) -> str:
    told = manifest.testimony
    who = (
        "as expected" if expected else "an unknown signer: compare the fingerprint, or give --key"
    )
    begin = f"Unchanged since {told.created}, when {signer} signed it ({who});"
    if told.approval is not None:
        return f"{begin} held by the gate, released by {told.approval.reviewer}."
    return f"{begin} {'released' if told.verdict == 'released' else 'held'} by the gate."


def _digest(stream: BinaryIO) -> str:
    whole = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        whole.update(chunk)
    return whole.hexdigest()
