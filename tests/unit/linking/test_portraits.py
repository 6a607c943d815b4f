"""Which pictures of a person are kept: sharp, apart in time, and with nothing in front of the face."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from swaddle.kernel.blobs import Blob
from swaddle.kernel.frames import Image, to_jpeg
from swaddle.kernel.ports import Columns
from swaddle.kernel.tables import OBSERVATIONS, Source
from swaddle.kernel.texture_space import SIDE, canonical
from swaddle.linking.bridging import Track
from swaddle.linking.portraits import PICTURES, portraits
from swaddle.linking.reference import learn
from swaddle.linking.rows import Rows
from tests.unit.linking.test_parting import going_right, sightings
from tests.unit.linking.test_switching import ALL, Brightness

LENGTH = 192
CROP = 96
REGION = (SIDE / 2, SIDE / 2, 1.5 * SIDE, 0.0)
"""The face in the frame is the canonical one, texture pixels for pixels."""


def crop(*, hidden: bool) -> Image:
    """Return a face with some relief, or one with a cloth over half of it."""
    rough = np.random.default_rng(3).standard_normal((CROP, CROP, 1)).astype(np.float32)
    skin = (
        np.array([120, 150, 200], np.float32) + 40 * cv2.GaussianBlur(rough, (0, 0), 4)[..., None]
    )
    picture = np.clip(skin, 0, 255).astype(np.uint8)
    if hidden:
        picture[CROP // 2 :] = (200, 60, 30)
    return picture


def chosen(qualities: Sequence[float], hidden: set[int]) -> list[int]:
    """Return the frames of the portraits of a track, best first."""
    found, (own,) = sightings(going_right(0, LENGTH))
    found = replace(found, quality=np.array(qualities))
    table = {
        name: np.zeros((LENGTH, *shape), kind) for name, (kind, shape) in OBSERVATIONS.items()
    }
    table["region"] = np.tile(REGION, (LENGTH, 1))
    table["meshed"] = np.ones(LENGTH, bool)
    table["landmarks"] = np.tile(canonical()[:468], (LENGTH, 1, 1))
    pictures = {state: to_jpeg(crop(hidden=state), 95) for state in (False, True)}
    for name in ("crop", "portrait"):
        table[name] = np.array([pictures[frame in hidden] for frame in range(LENGTH)], object)

    def read(blob: Blob, columns: Sequence[str] = ()) -> Columns:
        del blob, columns
        return table

    rows = Rows(found, [ALL], read)
    source = np.full(LENGTH, Source.TRACKED)
    track = Track(found.frame[own], own, source, found.box[own], np.zeros(LENGTH))
    reference = learn(rows.of(own))
    return [portrait.frame for portrait in portraits(track, reference, rows, Brightness())]


def every(step: int) -> list[float]:
    """Return qualities of a track of which each so-manieth sighting has a picture, ever better."""
    return [float(frame) if frame % step == 0 else 0.0 for frame in range(LENGTH)]


def test_the_best_come_first_and_lie_apart() -> None:
    frames = chosen(every(1), hidden=set())

    assert frames[0] == LENGTH - 1
    assert len(frames) == PICTURES
    assert (np.abs(np.diff(np.sort(frames))) >= LENGTH / (2 * PICTURES)).all()


def test_a_face_that_something_hides_comes_last_however_sharp_it_is() -> None:
    frames = chosen(every(24), hidden={168, 120})

    assert frames == [144, 96, 72, 48, 24, 168, 120]


def test_a_hidden_face_gives_way_to_its_neighbour() -> None:
    frames = chosen(every(6), hidden={186})

    assert frames[0] == 180
    assert 186 not in frames


def test_a_face_that_something_always_hides_has_its_best_pictures() -> None:
    frames = chosen(every(1), hidden=set(range(LENGTH)))

    assert frames[0] == LENGTH - 1
    assert len(frames) == PICTURES
