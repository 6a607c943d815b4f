"""Keys and digests of tasks."""

from hypothesis import given
from hypothesis import strategies as st

from swaddle.kernel.blobs import payload_key, result_key, task_digest
from swaddle.kernel.identifiers import Tenant, VideoId

texts = st.lists(st.text(max_size=5), max_size=4)


@given(texts, texts)
def test_a_digest_tells_all_parts_and_their_order(one: list[str], other: list[str]) -> None:
    assert (task_digest(*one) == task_digest(*other)) == (one == other)


def test_a_payload_lies_beside_the_result_of_its_task() -> None:
    place = (Tenant("lab"), VideoId("v1"), "swap", "3", task_digest("x"))
    folder = f"lab/v1/swap/3/{task_digest('x')[:16]}"

    assert result_key(*place) == f"{folder}/result"
    assert payload_key(*place, "a1") == f"{folder}/a1"
