"""How people compare signing keys."""

from swaddle.kernel.signatures import fingerprint


def test_a_fingerprint_can_be_read_aloud() -> None:
    # SHA-256 of nothing begins e3b0c442 98fc1c14.
    assert fingerprint(b"") == "e3b0-c442-98fc-1c14"
