"""As many at once as the device takes, and fewer for good after it took too many."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swaddle.kernel.batching import Batching
from swaddle.kernel.errors import OutOfMemory


class Device:
    """Squares numbers, a few at once."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.largest = 0

    def __call__(self, numbers: Sequence[int]) -> Sequence[int]:
        if len(numbers) > self.room:
            raise OutOfMemory("No.")
        self.largest = max(self.largest, len(numbers))
        return [number**2 for number in numbers]


@given(st.lists(st.integers(), max_size=40), st.integers(1, 20), st.integers(1, 20))
def test_every_input_has_its_output(numbers: list[int], size: int, room: int) -> None:
    device, batching = Device(room), Batching(size)

    assert batching.run(numbers, device) == [number**2 for number in numbers]
    assert device.largest <= min(size, room)


def test_what_was_too_much_once_is_not_tried_again() -> None:
    batching = Batching(16)
    batching.run(range(40), Device(5))

    assert batching.size == 4


def test_a_device_that_does_not_take_one_has_too_little_memory() -> None:
    with pytest.raises(OutOfMemory):
        Batching(8).run([1, 2], Device(0))
