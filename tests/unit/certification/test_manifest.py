import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.certification.canonical import canonical
from swaddle.certification.manifest import disclose, read_manifest
from swaddle.kernel.errors import Forged
from swaddle.kernel.tables import SYNTHETIC, Rendered
from tests.unit.certification.material import Certified

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e6, 1e6) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(JSON)
def test_the_canonical_form_of_what_was_read_is_what_was_read(content: object) -> None:
    form = canonical(content)

    assert canonical(json.loads(form)) == form


@given(st.dictionaries(st.text(), st.integers(), max_size=6))
def test_the_order_of_keys_does_not_matter(content: dict[str, int]) -> None:
    assert canonical(dict(reversed(content.items()))) == canonical(content)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_has_no_form(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"figure": number})


def test_a_manifest_is_read_as_it_was_written(certified: Certified) -> None:
    content = certified.files["manifest"]

    assert read_manifest(content).to_json() == content


@pytest.mark.parametrize("field", ["note", "body_sha256"])
def test_nothing_can_be_added(certified: Certified, field: str) -> None:
    body = json.loads(certified.files["manifest"]) | {field: "x"}

    with pytest.raises(Forged):
        read_manifest(canonical(body))


def test_the_same_content_in_another_form_is_refused(certified: Certified) -> None:
    spaced = json.dumps(json.loads(certified.files["manifest"])).encode()

    with pytest.raises(Forged, match="changed after it was written"):
        read_manifest(spaced)


def test_a_key_that_occurs_twice_is_refused(certified: Certified) -> None:
    twice = certified.files["manifest"].replace(b'"verdict":', b'"verdict":"held","verdict":')

    with pytest.raises(Forged):
        read_manifest(twice)


@pytest.mark.parametrize("kind", list(Rendered))
def test_synthetic_faces_are_disclosed(kind: Rendered) -> None:
    faces = {other.name.lower(): int(other is kind) for other in Rendered}

    assert disclose(faces).faces_are_synthetic is (kind in SYNTHETIC)
