"""What every checker of signatures promises."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from swaddle.adapters.system.signature_checker import SystemSignatureChecker, read_public_key
from swaddle.certification.ports import SignatureChecker
from swaddle.kernel.errors import Misused

# RFC 8032, section 7.1, test 2: public key, message, signature.
KEY = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
SIGNATURE = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
KNOWN = tuple(map(bytes.fromhex, (KEY, "72", SIGNATURE)))


class SignatureCheckerContract:
    @pytest.fixture
    def checker(self) -> SignatureChecker:
        raise NotImplementedError

    def test_a_signature_of_the_standard_is_one(self, checker: SignatureChecker) -> None:
        assert checker.vouches(*KNOWN)

    @pytest.mark.parametrize("part", [0, 1, 2], ids=["key", "content", "signature"])
    def test_one_flipped_bit_makes_it_none(self, checker: SignatureChecker, part: int) -> None:
        for bit in range(8 * len(KNOWN[part])):
            parts = [bytearray(known) for known in KNOWN]
            parts[part][bit // 8] ^= 1 << bit % 8

            assert not checker.vouches(*map(bytes, parts))

    @pytest.mark.parametrize("length", [0, 1, 31, 33, 63, 65])
    def test_what_has_another_length_is_no_key_and_no_signature(
        self, checker: SignatureChecker, length: int
    ) -> None:
        key, content, signature = KNOWN
        rubbish = (signature + signature)[:length]

        assert not checker.vouches(rubbish, content, signature)
        assert not checker.vouches(key, content, rubbish)


class TestSystemSignatureChecker(SignatureCheckerContract):
    @pytest.fixture
    def checker(self) -> SystemSignatureChecker:
        return SystemSignatureChecker()

    @pytest.mark.parametrize("pem", [b"", b"no key", KNOWN[0]])
    def test_a_file_without_a_key_is_refused(self, pem: bytes) -> None:
        with pytest.raises(Misused, match="no public key in PEM"):
            read_public_key(pem)

    def test_a_key_of_another_kind_is_refused(self) -> None:
        key = generate_private_key(SECP256R1()).public_key()
        pem = key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

        with pytest.raises(Misused, match="none for Ed25519"):
            read_public_key(pem)

    def test_a_private_key_is_not_taken_for_a_public_one(self) -> None:
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

        with pytest.raises(Misused):
            read_public_key(pem)
