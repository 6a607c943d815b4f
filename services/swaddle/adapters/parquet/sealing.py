"""Encrypts what must die with its key, and notices every change of it."""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from swaddle.kernel.errors import Forged

VERSION: Final = b"swaddle-sealed-1"
NONCE_BYTES: Final = 12
"""NIST SP 800-38D: random 96-bit nonces are safe for 2^32 messages under one key."""


def seal(key: bytes, content: bytes, place: str) -> bytes:
    """Return `content` under AES-256-GCM; it can only be opened as what lies at `place`."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, content, VERSION + place.encode())


def unseal(key: bytes, sealed: bytes, place: str) -> bytes:
    """Return what was sealed; raises Forged for another key, another place or other bytes."""
    middle, start = len(VERSION), len(VERSION) + NONCE_BYTES
    version, nonce = sealed[:middle], sealed[middle:start]
    try:
        return AESGCM(key).decrypt(nonce, sealed[start:], version + place.encode())
    except (InvalidTag, ValueError) as error:
        msg = f"{place} was changed, moved, or sealed with another key."
        raise Forged(msg) from error
