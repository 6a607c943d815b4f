"""How people compare signing keys."""

import hashlib


def fingerprint(public_key: bytes) -> str:
    """Return what a person can read aloud: four groups of four hexadecimal digits."""
    digest = hashlib.sha256(public_key).hexdigest()
    return "-".join(digest[start : start + 4] for start in range(0, 16, 4))
