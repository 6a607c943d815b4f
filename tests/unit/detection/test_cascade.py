"""No place of a frame escapes the thorough search, and what it finds lies where it is."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from swaddle.detection.cascade import Cascade
from swaddle.kernel.faces import Detection, Mesh
from swaddle.kernel.frames import Frame, Image, still
from swaddle.kernel.geometry import Box, Region


class Spots:
    """Takes bright spots for faces, where they are larger than a few pixels."""

    name = "spots"

    def __init__(self, smallest: int) -> None:
        self.smallest = smallest
        self.largest_picture = 0

    def detect_each(self, images: Sequence[Image]) -> list[tuple[Detection, ...]]:
        return [self.detect(image) for image in images]

    def detect(self, image: Image) -> tuple[Detection, ...]:
        self.largest_picture = max(self.largest_picture, image.shape[0] * image.shape[1])
        rows, columns = np.nonzero(image[..., 1] > 150)
        if len(rows) < self.smallest**2:
            return ()
        box = Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        # Half a face at the edge of a tile is a worse one.
        score = min(0.95, 0.5 + box.area / 5000)
        return (Detection(box, score, np.full((5, 2), box.center, np.float32)),)


class NoMesh:
    """Fits nothing."""

    def fit(self, frame: Frame, region: Region) -> Mesh:
        return Mesh(np.zeros((468, 3)), 0.0)


def picture(width: int, height: int, spot: Box) -> Frame:
    image = np.zeros((height, width, 3), np.uint8)
    x0, y0, x1, y1 = (round(v) for v in (spot.x0, spot.y0, spot.x1, spot.y1))
    image[y0:y1, x0:x1] = 255
    return still(image)


@settings(max_examples=25)
@given(
    x=st.integers(0, 1890),
    y=st.integers(0, 1050),
)
def test_a_small_face_anywhere_in_a_large_frame_is_found(x: int, y: int) -> None:
    spot = Box(x, y, x + 24, y + 24)
    # Too small for the quick view, in which it has 8 pixels.
    cascade = Cascade(Spots(smallest=14), NoMesh())  # type: ignore[arg-type]

    faces = cascade.search(picture(1920, 1080, spot), thorough=True)

    assert any(face.box.iou(spot) > 0.6 for face in faces)


def test_no_picture_that_the_detector_gets_is_large() -> None:
    detector = Spots(smallest=4)
    spot = Box(3000, 1500, 3100, 1600)
    Cascade(detector, NoMesh()).search(picture(3840, 2160, spot), thorough=True)  # type: ignore[arg-type]

    assert detector.largest_picture <= 768 * 768


def test_a_quick_search_that_finds_something_looks_once() -> None:
    cascade = Cascade(Spots(smallest=4), NoMesh())  # type: ignore[arg-type]
    spot = Box(100, 100, 180, 180)

    (face,) = cascade.search(picture(640, 360, spot), thorough=False)

    assert face.box.iou(spot) > 0.9
