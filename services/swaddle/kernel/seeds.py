"""
Where the randomness of an identity comes from.

The same key, scope and subject give the same person; without the key nobody can try which. What the
choice among those people says of the real face is another matter
(docs/explanation/what-protects-people.md).
"""

import hashlib
import hmac
from typing import Final

import numpy as np

IDENTITY_DOMAIN: Final = b"swaddle/identity/v1"
STAND_IN_DOMAIN: Final = b"swaddle/stand-in/v1"
"""Of those who are shown where the engine of an identity fails: other people, by other seeds."""
KEY_BYTES: Final = 32


def seed(key: bytes, domain: bytes, scope: str, subject: str, attempt: int) -> bytes:
    """
    Return 32 bytes: HMAC-SHA256(key, domain, scope, subject, attempt).

    Each part is preceded by its length, so that no two inputs read alike.
    """
    mac = hmac.new(key, digestmod=hashlib.sha256)
    for part in (domain, scope.encode(), subject.encode(), attempt.to_bytes(4, "big")):
        mac.update(len(part).to_bytes(4, "big"))
        mac.update(part)
    return mac.digest()


def generator(seed_bytes: bytes) -> np.random.Generator:
    """Return a stream of random numbers that depends on the seed alone, on every machine."""
    return np.random.Generator(np.random.PCG64(int.from_bytes(seed_bytes, "big")))
