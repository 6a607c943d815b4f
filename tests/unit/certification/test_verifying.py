import json
from dataclasses import dataclass, field
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.adapters.system.key_ring import SystemKeyRing
from swaddle.adapters.system.signature_checker import SystemSignatureChecker
from swaddle.certification.canonical import canonical
from swaddle.certification.manifest import Manifest, read_manifest
from swaddle.certification.verifying import COMPANIONS, Outcome, Parcel, Verification, verify
from swaddle.kernel.signatures import fingerprint
from tests.unit.certification.material import Certified, Office, output


@dataclass(frozen=True, slots=True)
class Beside:
    """The same files, some of them changed."""

    certified: Certified
    changed: dict[str, bytes] = field(default_factory=dict)

    def verified(self, trusted: bytes | None = None, own: bytes | None = None) -> Verification:
        files = {**self.certified.files, "output": output(), **self.changed}
        parcel = Parcel(
            output=BytesIO(files["output"]),
            manifest=files["manifest"],
            signature=files["signature"],
            companions={name: BytesIO(files[name]) for name in COMPANIONS},
        )
        return verify(parcel, trusted, own, SystemSignatureChecker())


def flipped(content: bytes, place: int, bit: int) -> bytes:
    place %= len(content)
    return content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]


def test_what_was_signed_is_genuine(certified: Certified) -> None:
    found = Beside(certified).verified()

    assert found.genuine
    assert not found.expected
    assert "an unknown signer" in found.sentence
    assert found.sentence.endswith("released by the gate.")


@pytest.mark.parametrize("name", ["output", "manifest", "signature", *COMPANIONS])
@given(place=st.integers(0), bit=st.integers(0, 7))
def test_any_flipped_bit_is_refused(certified: Certified, name: str, place: int, bit: int) -> None:
    content = output() if name == "output" else certified.files[name]
    changed = {name: flipped(content, place, bit)}

    assert not Beside(certified, changed).verified().genuine


@pytest.mark.parametrize("name", ["output", "manifest", "signature", *COMPANIONS])
@given(cut=st.integers(1), more=st.binary(max_size=3))
def test_what_was_cut_off_or_went_on_is_refused(
    certified: Certified, name: str, cut: int, more: bytes
) -> None:
    content = output() if name == "output" else certified.files[name]
    for changed in (content[: -(cut % len(content)) - 1], content + more + b"\n"):
        assert not Beside(certified, {name: changed}).verified().genuine


@given(st.binary(max_size=200) | st.recursive(st.integers(), st.lists).map(canonical))
def test_anything_else_is_no_manifest(certified: Certified, content: bytes) -> None:
    found = Beside(certified, {"manifest": content}).verified()

    assert found.outcome is Outcome.CHANGED_MANIFEST


def test_a_forger_who_signs_again_is_not_the_signer_that_was_expected(
    certified: Certified, office: Office
) -> None:
    forged = office.certified(office.command(reviewer="nobody", reason="none"))
    found = Beside(forged).verified(trusted=certified.public_key)

    assert found.outcome is Outcome.UNKNOWN_SIGNER
    assert Beside(forged).verified(trusted=forged.public_key).expected


def test_a_manifest_that_names_the_signer_of_another_is_refused(
    certified: Certified, office: Office
) -> None:
    stranger = SystemKeyRing(office.folder, office.folder / "stranger")
    signature = stranger.sign(certified.files["manifest"])
    found = Beside(certified, {"signature": signature}).verified()

    assert found.outcome is Outcome.WRONG_SIGNATURE


def test_a_forger_cannot_borrow_a_fingerprint(certified: Certified, office: Office) -> None:
    body = json.loads(office.certified(office.command()).files["manifest"])
    del body["body_sha256"]
    body["testimony"]["signer"]["fingerprint"] = fingerprint(certified.public_key)
    forged = Manifest.model_validate(body).to_json()
    changed = {"manifest": forged, "signature": office.stage.keys.sign(forged)}
    found = Beside(certified, changed).verified()

    assert found.outcome is Outcome.CHANGED_MANIFEST
    assert "fingerprint of another" in found.sentence


def test_whoever_asks_about_their_own_video_is_told_so(certified: Certified) -> None:
    found = Beside(certified).verified(own=certified.public_key)

    assert found.expected
    assert "as expected" in found.sentence


@pytest.mark.parametrize(
    ("name", "outcome", "word"),
    [
        ("output", Outcome.CHANGED_OUTPUT, "video"),
        ("report", Outcome.CHANGED_COMPANION, "report"),
        ("features", Outcome.CHANGED_COMPANION, "feature table"),
        ("plan", Outcome.CHANGED_COMPANION, "plan"),
    ],
)
def test_the_sentence_names_what_was_changed(
    certified: Certified, name: str, outcome: Outcome, word: str
) -> None:
    found = Beside(certified, {name: b"something else"}).verified()

    assert found.outcome is outcome
    assert found.sentence.startswith(f"The {word}")


def test_a_release_names_the_reviewer(office: Office) -> None:
    told = office.certified(office.command(reviewer="B. Curie", reason="a doll"))

    assert "released by B. Curie" in Beside(told).verified().sentence
    assert read_manifest(told.files["manifest"]).testimony.approval is not None
