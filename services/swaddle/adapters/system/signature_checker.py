"""Checks Ed25519 signatures, and reads the keys that people hand each other."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from swaddle.kernel.errors import Misused


class SystemSignatureChecker:
    """Needs no key of its own."""

    def vouches(self, public_key: bytes, content: bytes, signature: bytes) -> bool:
        """Treat what is no key, or no signature, as one that does not fit."""
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(signature, content)
        except (InvalidSignature, ValueError):
            return False
        return True


def read_public_key(pem: bytes) -> bytes:
    """Return the 32 bytes of a public key in PEM; raises Misused."""
    try:
        key = serialization.load_pem_public_key(pem)
    except ValueError as error:
        raise Misused("The key file holds no public key in PEM.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Misused("The key file holds a public key, but none for Ed25519.")
    return key.public_bytes_raw()
