"""Two people who pass each other go on as themselves."""

from collections.abc import Sequence

import numpy as np
import pytest

from swaddle.kernel.blobs import Blob
from swaddle.kernel.frames import Image, to_jpeg
from swaddle.kernel.geometry import Floats
from swaddle.kernel.identifiers import BlobKey
from swaddle.kernel.ports import Columns
from swaddle.kernel.tables import OBSERVATIONS, Source
from swaddle.linking.bridging import NOT_SEEN, Track
from swaddle.linking.rows import Rows
from swaddle.linking.switching import unswitched
from tests.unit.linking.test_parting import Path, going_left, going_right, sightings

BRIGHTNESS = {"near": 40, "far": 210}
ALL = Blob(key=BlobKey("local/video/observations"), size=0, sha256="0" * 64)
LAST = 60


class Brightness:
    """A recogniser that tells people apart by how bright their picture is."""

    def embed(self, faces: Sequence[tuple[Image, Floats]]) -> Floats:
        vectors = np.zeros((len(faces), 128))
        for row, (picture, _) in enumerate(faces):
            vectors[row, 0 if picture.mean() < 128 else 1] = 1.0
        return vectors


def linked(one: Path, other: Path, shown: list[list[str]]) -> list[Track]:
    """Return two tracks after the check; `shown` says who is seen, by track and frame."""
    found, entries = sightings(one, other)
    portraits = np.empty(len(found), object)
    tracks = []
    for own, people in zip(entries, shown, strict=True):
        for entry, who in zip(own.tolist(), people, strict=True):
            portraits[entry] = to_jpeg(np.full((32, 32, 3), BRIGHTNESS[who], np.uint8), 90)
        frames = found.frame[own]
        source = np.full(len(own), Source.TRACKED)
        tracks.append(Track(frames, own, source, found.box[own], np.zeros(len(own))))
    table = {name: np.zeros((len(found), *shape)) for name, (_, shape) in OBSERVATIONS.items()}
    table["region"] = np.tile([16.0, 16.0, 32.0, 0.0], (len(found), 1))
    table["portrait"] = portraits

    def read(blob: Blob, columns: Sequence[str] = ()) -> Columns:
        return table

    return unswitched(tracks, Rows(found, [ALL], read), Brightness())


def test_tracks_that_changed_places_are_put_right() -> None:
    # The far one slips onto the near one at 20, and the near one's mesh onto the far one at 32.
    slipped = going_right(0, 20) | going_left(20, LAST)
    lost = going_left(0, 32) | going_right(32, LAST)
    shown = [["far"] * 20 + ["near"] * 40, ["near"] * 32 + ["far"] * 28]
    far, near = linked(slipped, lost, shown)

    assert near.box[:, 0] == pytest.approx([300.0 - 5 * f for f in range(LAST)])
    assert far.box[-1, 0] == 60 + 5 * (LAST - 1)
    assert far.frame.tolist() == near.frame.tolist() == list(range(LAST))


def test_while_both_meshes_are_on_one_face_the_other_was_not_seen() -> None:
    slipped = going_right(0, 20) | going_left(20, LAST)
    lost = going_left(0, 32) | going_right(32, LAST)
    shown = [["far"] * 20 + ["near"] * 40, ["near"] * 32 + ["far"] * 28]
    far, near = linked(slipped, lost, shown)

    assert far.frame[far.entry == NOT_SEEN].tolist() == list(range(20, 32))
    assert (near.entry != NOT_SEEN).all()


def test_people_who_pass_without_a_mistake_are_left_alone() -> None:
    shown = [["far"] * LAST, ["near"] * LAST]
    far, near = linked(going_right(0, LAST), going_left(0, LAST), shown)

    assert far.box[:, 0] == pytest.approx([60.0 + 5 * f for f in range(LAST)])
    assert near.box[:, 0] == pytest.approx([300.0 - 5 * f for f in range(LAST)])


def test_two_who_look_alike_are_left_to_their_boxes() -> None:
    slipped = going_right(0, 20) | going_left(20, LAST)
    lost = going_left(0, 32) | going_right(32, LAST)
    far, _ = linked(slipped, lost, [["far"] * LAST, ["far"] * LAST])

    assert far.box[-1, 0] == 300 - 5 * (LAST - 1)
