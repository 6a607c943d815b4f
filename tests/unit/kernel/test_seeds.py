"""Where the randomness of an identity comes from."""

import hashlib
import hmac

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from swaddle.kernel.seeds import IDENTITY_DOMAIN, generator, seed

KEY = bytes(range(32))

parts = st.tuples(
    st.binary(max_size=9), st.text(max_size=9), st.text(max_size=9), st.integers(0, 9)
)


@given(parts, parts)
def test_different_questions_have_different_answers(one: tuple, other: tuple) -> None:
    assert (seed(KEY, *one) == seed(KEY, *other)) == (one == other)


@given(st.binary(min_size=32, max_size=32))
def test_another_key_gives_another_person(key: bytes) -> None:
    same = seed(key, IDENTITY_DOMAIN, "scope", "a", 0) == seed(
        KEY, IDENTITY_DOMAIN, "scope", "a", 0
    )

    assert same == (key == KEY)


def test_a_seed_is_the_documented_digest() -> None:
    whole = b"".join(
        len(part).to_bytes(4, "big") + part
        for part in (b"swaddle/identity/v1", b"scope", b"a", (2).to_bytes(4, "big"))
    )

    assert seed(KEY, IDENTITY_DOMAIN, "scope", "a", 2) == hmac.digest(KEY, whole, hashlib.sha256)


def test_a_seed_gives_the_same_numbers_everywhere() -> None:
    """If this fails, people who were given an identity before get another one now."""
    numbers = generator(seed(KEY, IDENTITY_DOMAIN, "scope", "a", 0)).standard_normal(3)

    expected = [0.769261011233628, -0.8754209393704567, 0.006126018212938435]
    np.testing.assert_allclose(numbers, expected, rtol=1e-12)
