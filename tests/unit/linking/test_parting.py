"""A mesh that slipped from one face onto a nearer one gives it back."""

import numpy as np

from swaddle.linking.parting import parted
from swaddle.linking.sightings import Indices, Sightings

Path = dict[int, tuple[float, float]]
"""By frame: left edge and side of a square box."""


def sightings(*paths: Path) -> tuple[Sightings, list[Indices]]:
    """Return the sightings of several faces, and which entries each path has."""
    rows = [(frame, who, *box) for who, path in enumerate(paths) for frame, box in path.items()]
    rows.sort()
    frame, who, left, side = (np.array(column) for column in zip(*rows, strict=True))
    count = len(rows)
    boxes = np.column_stack([left, np.full(count, 10.0), left + side, 10.0 + side])
    whole = np.arange(count)
    found = Sightings(
        frame=frame.astype(np.int64),
        tracklet=who.astype(np.int64),
        tail=np.zeros(count, bool),
        detected=np.ones(count, bool),
        score=np.ones(count),
        presence=np.ones(count),
        quality=np.ones(count),
        box=boxes,
        meshed=np.ones(count, bool),
        table=np.zeros(count, np.int64),
        row=whole,
        extension=np.zeros(count, bool),
        cuts=(),
    )
    return found, [np.flatnonzero(who == number) for number in range(len(paths))]


def frames(found: Sightings, entries: Indices) -> list[int]:
    return [int(frame) for frame in found.frame[entries]]


def going_left(first: int, last: int) -> Path:
    """The nearer face: large, from right to left."""
    return {frame: (300.0 - 5 * frame, 90.0) for frame in range(first, last)}


def going_right(first: int, last: int) -> Path:
    """The farther face: small, from left to right; they meet about frame 24."""
    return {frame: (60.0 + 5 * frame, 55.0) for frame in range(first, last)}


def test_who_slipped_ends_where_they_met() -> None:
    slipped = going_right(0, 26) | going_left(26, 50)
    found, (near, far) = sightings(going_left(0, 60), slipped)

    far, near = parted(found, far, near)

    assert frames(found, near) == list(range(60))
    assert frames(found, far)[-1] < 26
    assert frames(found, far)[0] == 0


def test_the_longer_one_may_be_the_one_that_slipped() -> None:
    slipped = going_right(0, 26) | going_left(26, 60)
    found, (near, far) = sightings(going_left(10, 50), slipped)

    near, far = parted(found, near, far)

    assert frames(found, near) == list(range(10, 60))
    assert frames(found, far)[-1] < 26


def test_two_chains_on_one_face_become_one() -> None:
    found, (one, other) = sightings(going_left(0, 40), going_left(2, 30))

    other, one = parted(found, other, one)

    assert len(other) == 0
    assert frames(found, one) == list(range(40))


def test_passing_by_parts_nobody() -> None:
    found, (near, far) = sightings(going_left(0, 60), going_right(0, 60))

    far, near = parted(found, far, near)

    assert frames(found, near) == list(range(60))
    assert frames(found, far) == list(range(60))


def test_backwards_it_is_the_same() -> None:
    slipped = going_left(0, 24) | going_right(24, 60)
    found, (near, far) = sightings(going_left(0, 62), slipped)

    far, near = parted(found, far, near)

    assert frames(found, near) == list(range(62))
    assert frames(found, far)[0] >= 22
    assert frames(found, far)[-1] == 59
