"""What every key ring promises."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from swaddle.adapters.system.key_ring import SystemKeyRing
from swaddle.adapters.system.signature_checker import read_public_key
from swaddle.kernel.errors import Misused, StorageFailed
from swaddle.kernel.ports import KeyRing

KEY = bytes(range(32))


class KeyRingContract:
    @pytest.fixture
    def keys(self, tmp_path: Path) -> KeyRing:
        raise NotImplementedError

    def test_keys_have_32_bytes_and_stay_the_same(self, keys: KeyRing) -> None:
        assert len(keys.identity_key()) == len(keys.table_key()) == len(keys.public_key()) == 32
        assert keys.identity_key() == keys.identity_key()
        assert keys.table_key() == keys.table_key()

    def test_every_use_has_a_key_of_its_own(self, keys: KeyRing) -> None:
        assert len({keys.identity_key(), keys.table_key(), keys.public_key()}) == 3

    def test_the_public_key_verifies_a_signature(self, keys: KeyRing) -> None:
        signature = keys.sign(b"content")
        public = Ed25519PublicKey.from_public_bytes(keys.public_key())
        public.verify(signature, b"content")

        assert len(signature) == 64
        with pytest.raises(InvalidSignature):
            public.verify(signature, b"c0ntent")


class TestSystemKeyRing(KeyRingContract):
    @pytest.fixture
    def keys(self, tmp_path: Path) -> SystemKeyRing:
        return SystemKeyRing(tmp_path / "work", tmp_path / "config")

    def test_the_keys_of_a_run_lie_in_its_folder(
        self, keys: SystemKeyRing, tmp_path: Path
    ) -> None:
        again = SystemKeyRing(tmp_path / "work", tmp_path / "other")
        elsewhere = SystemKeyRing(tmp_path / "another run", tmp_path / "config")

        assert again.identity_key() == keys.identity_key() != elsewhere.identity_key()
        assert again.table_key() == keys.table_key() != elsewhere.table_key()

    def test_the_signing_key_outlives_a_run(self, keys: SystemKeyRing, tmp_path: Path) -> None:
        later = SystemKeyRing(tmp_path / "another run", tmp_path / "config")

        assert later.public_key() == keys.public_key()

    def test_a_key_is_made_when_it_is_needed(self, keys: SystemKeyRing, tmp_path: Path) -> None:
        keys.table_key()

        assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["table.key"]

    def test_only_the_owner_can_read_a_key(self, keys: SystemKeyRing, tmp_path: Path) -> None:
        keys.identity_key(), keys.table_key(), keys.public_key()
        files = [p for p in tmp_path.rglob("*") if p.is_file()]

        assert {"identity.key", "table.key", "signing.key"} < {p.name for p in files}
        assert {stat.S_IMODE(p.stat().st_mode) for p in files} == {0o600}
        assert {stat.S_IMODE(p.parent.stat().st_mode) for p in files} == {0o700}

    def test_the_public_key_lies_beside_for_others_to_verify_with(
        self, keys: SystemKeyRing, tmp_path: Path
    ) -> None:
        keys.sign(b"content")

        assert read_public_key((tmp_path / "config/signing.pub.pem").read_bytes()) == (
            keys.public_key()
        )

    def test_whoever_never_signed_has_no_key(self, keys: SystemKeyRing, tmp_path: Path) -> None:
        assert keys.known_public_key() is None
        assert not list(tmp_path.iterdir())

    def test_all_who_come_at_once_get_the_same_key(self, tmp_path: Path) -> None:
        together = Barrier(16)

        def ask(_: int) -> bytes:
            together.wait()
            return SystemKeyRing(tmp_path, tmp_path).public_key()

        with ThreadPoolExecutor(16) as threads:
            assert len(set(threads.map(ask, range(16)))) == 1

    @pytest.mark.parametrize(
        "content",
        [
            KEY,
            KEY.hex().encode(),
            KEY.hex().upper().encode() + b"\n",
            KEY.hex().encode() + b"\r\n",
        ],
        ids=["raw", "hexadecimal", "with a newline", "from Windows"],
    )
    def test_a_given_key_is_used(self, tmp_path: Path, content: bytes) -> None:
        given = tmp_path / "lab.key"
        given.write_bytes(content)
        keys = SystemKeyRing(tmp_path / "work", tmp_path, given)

        assert keys.identity_key() == KEY
        assert not (tmp_path / "work").exists()

    @pytest.mark.parametrize(
        "content", [b"", KEY[:31], KEY + b"\n", b"g" * 64, b"a" * 65, b"0" * 9999]
    )
    def test_a_file_without_a_key_is_refused(self, tmp_path: Path, content: bytes) -> None:
        given = tmp_path / "lab.key"
        given.write_bytes(content)

        with pytest.raises(Misused, match="32 bytes or of 64 hexadecimal digits"):
            SystemKeyRing(tmp_path, tmp_path, given).identity_key()

    def test_a_missing_key_file_cannot_be_read(self, tmp_path: Path) -> None:
        with pytest.raises(StorageFailed, match="No such file"):
            SystemKeyRing(tmp_path, tmp_path, tmp_path / "lab.key").identity_key()

    @pytest.mark.parametrize("name", ["identity.key", "signing.key"])
    def test_a_damaged_key_is_not_used(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_bytes(b"half a k")
        keys = SystemKeyRing(tmp_path, tmp_path)

        with pytest.raises(StorageFailed, match=name):
            keys.identity_key(), keys.public_key()
