"""Keys in files: those of a run die with its work folder, the signing key stays."""

import hmac
import re
import secrets
from functools import partial
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from swaddle.kernel.errors import Misused, StorageFailed
from swaddle.kernel.seeds import KEY_BYTES

from .secret_files import keep

SIGNING_KEY: Final = "signing.key"
PUBLIC_KEY: Final = "signing.pub.pem"
HEX_KEY: Final = re.compile(rb"\s*([0-9a-fA-F]{64})\s*")


class SystemKeyRing:
    """
    Makes every key when it is first asked for, readable for its owner alone.

    `work` belongs to one run, `config` to the user. A `seed_key_file` takes the place of the
    run's own identity key.
    """

    def __init__(self, work: Path, config: Path, seed_key_file: Path | None = None) -> None:
        self._work = work
        self._config = config
        self._seed_key_file = seed_key_file

    def identity_key(self) -> bytes:
        """Read the user's file, else the run's; raises Misused where the file holds no key."""
        if self._seed_key_file is not None:
            return _given(self._seed_key_file)
        return _fresh(self._work / "identity.key")

    def table_key(self) -> bytes:
        """Read the run's own file."""
        return _fresh(self._work / "table.key")

    def webhook_secret(self, webhook: str) -> bytes:
        """Derive it from the platform's own file: no table holds a secret."""
        key = _fresh(self._work / "webhook.key")
        return hmac.digest(key, b"swaddle/webhook/v1/" + webhook.encode(), "sha256")

    def sign(self, content: bytes) -> bytes:
        """Sign with the user's key."""
        return self._signing_key().sign(content)

    def public_key(self) -> bytes:
        """Derive it from the user's key."""
        return self._signing_key().public_key().public_bytes_raw()

    def known_public_key(self) -> bytes | None:
        """Return `public_key`, but make none: None where nothing was ever signed."""
        return self.public_key() if (self._config / SIGNING_KEY).exists() else None

    def _signing_key(self) -> Ed25519PrivateKey:
        path = self._config / SIGNING_KEY
        content = keep(path, _new_signing_key)
        try:
            key = serialization.load_pem_private_key(content, password=None)
        except (ValueError, TypeError) as error:
            msg = f"{path} holds no key; move it away, and a new one is made."
            raise StorageFailed(msg) from error
        if not isinstance(key, Ed25519PrivateKey):
            msg = f"{path} holds no Ed25519 key; move it away, and a new one is made."
            raise StorageFailed(msg)
        # For those who will verify; the user can hand it out without touching the other.
        keep(self._config / PUBLIC_KEY, partial(_public, key))
        return key


def _fresh(path: Path) -> bytes:
    key = keep(path, partial(secrets.token_bytes, KEY_BYTES))
    if len(key) != KEY_BYTES:
        msg = f"{path} is damaged; wipe the work folder and begin again."
        raise StorageFailed(msg)
    return key


def _given(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(4 * KEY_BYTES)  # whatever is longer is no key
    except OSError as error:
        msg = f"The seed key file {path} cannot be read: {error.strerror}."
        raise StorageFailed(msg) from error
    if len(content) == KEY_BYTES:
        return content
    if digits := HEX_KEY.fullmatch(content):
        return bytes.fromhex(digits[1].decode())
    msg = (
        f"The seed key file {path} holds no key; "
        "give a file of 32 bytes or of 64 hexadecimal digits."
    )
    raise Misused(msg)


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _new_signing_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
