"""What of a frame shows through a synthetic face."""

import cv2
import numpy as np
import pytest

from swaddle.adapters.appearance.face_swapper import CONTRASTS, STRONGEST, AppearanceFaceSwapper
from swaddle.adapters.appearance.people import draw, rebuild
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import Image, still
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import IdentityPlan
from swaddle.kernel.texture_space import canonical, cell_centres
from swaddle.swapping.ports import FaceToSwap
from tests.made.faces import NOTHING_HIDES

GROUP = AgeGroup.ADULT
PERSON = draw(bytes(32), GROUP, 0)
CONTRASTY = draw(bytes([91]) * 32, GROUP, 0)
"""Somebody whose texture has more detail than real faces have, at 0.6 of its contrast too."""
SCALE = 1.5
"""Frame pixels for each of the canonical face: 256 pixels make 384."""

MATT = np.full(3, 0.1)
UPPER_LID, LOWER_LIP, CHEEK, NOSE_TIP = 159, 14, 50, 1


def shown_of_a_mark(point: int, below: float) -> float:
    """
    Return which share of a mark's colour is left on a face that is swapped.

    The mark lies `below` a point of the mesh, in heights of the face. The real face has the
    synthetic person's shape, so that nothing moves.
    """
    landmarks = canonical()[:468] * SCALE + [64, 64, 0]
    height = 1.15 * float(np.linalg.norm(landmarks[10] - landmarks[152]))
    x, y = landmarks[point, :2] + [0, below * height]
    rows, columns = np.mgrid[:512, :512]
    mark = np.exp(-0.5 * ((columns - x) ** 2 + (rows - y) ** 2) / 1.5**2)[..., None]
    plain = np.full((512, 512, 3), (120.0, 140.0, 180.0))
    marked = plain + mark * [100.0, -60.0, -60.0]
    before, after = swapped(plain, landmarks), swapped(marked, landmarks)
    place = (round(y), round(x), 0)
    return float((after[place] - before[place]) / (marked[place] - plain[place]))


def swapped(
    picture: Floats,
    landmarks: Floats,
    contrast: Floats = MATT,
    person: IdentityPlan = PERSON,
    occlusion: Image = NOTHING_HIDES,
) -> Floats:
    frame = still(picture.astype(np.uint8))
    face = FaceToSwap(
        landmarks=landmarks,
        irises=np.zeros((2, 5, 2)),
        occlusion=occlusion,
        shape=rebuild(person, GROUP).shape[:468],
        contrast=contrast,
    )
    result = AppearanceFaceSwapper().swap(frame, face, person, GROUP)
    assert result is not None
    return frame.painted([result.patch]).bgr().astype(np.float64)


def test_the_edge_of_a_lid_is_the_frames() -> None:
    assert shown_of_a_mark(UPPER_LID, -0.005) > 0.8


@pytest.mark.parametrize(
    ("point", "below"),
    [(CHEEK, 0.0), (NOSE_TIP, 0.0), (UPPER_LID, -0.03), (LOWER_LIP, 0.01)],
)
def test_nothing_shows_through_elsewhere_not_even_folds_of_lids_and_edges_of_lips(
    point: int, below: float
) -> None:
    assert abs(shown_of_a_mark(point, below)) < 0.2


@pytest.mark.parametrize("blue", [128.0, 130.0], ids=["grey", "nearly grey"])
def test_a_face_in_night_vision_has_no_colours(blue: float) -> None:
    landmarks = canonical()[:468] * SCALE + [64, 64, 0]
    warm, grey = (
        swapped(np.full((512, 512, 3), colour), landmarks, STRONGEST, CONTRASTY)
        for colour in ((128.0, 128.0, 188.0), (blue, 128.0, 128.0))
    )

    assert np.ptp(grey, axis=2).max() <= blue - 128 + 1
    assert np.ptp(warm, axis=2).std() > 2


def test_a_white_cloth_before_a_face_takes_no_colour_from_it() -> None:
    landmarks = canonical()[:468] * SCALE + [64, 64, 0]
    skin, cloth = np.array([120.0, 140.0, 180.0]), np.array([225.0, 225.0, 225.0])
    hidden = np.zeros((48, 48), np.uint8)
    hidden[18:] = 255
    edge, forehead = (cell_centres(landmarks, 48)[row, 24] for row in (18, 12))
    picture = np.where(
        np.arange(512)[:, None, None] > edge[1], cloth, np.broadcast_to(skin, (512, 512, 3))
    )
    x, y = forehead.round().astype(int)

    assert np.ptp(swapped(picture, landmarks, occlusion=hidden)[y, x]) > 30


def detail(contrast: Floats) -> float:
    """Return how much there is on a plain face that is swapped, in grey levels."""
    plain = np.full((512, 512, 3), (120.0, 140.0, 180.0))
    landmarks = canonical()[:468] * SCALE + [64, 64, 0]
    shown = swapped(plain, landmarks, contrast, CONTRASTY)[200:400, 200:300]
    return float(shown.std(axis=(0, 1)).mean())


def test_skin_has_as_much_detail_as_the_person_s_own() -> None:
    assert detail(0.5 * STRONGEST) < 0.8 * detail(STRONGEST)


@pytest.mark.parametrize(
    ("rows", "strands"),
    [(slice(0, 12), 22), (slice(0, 48, 7), 6)],
    ids=["hair that hangs a little farther", "bars"],
)
def test_a_face_is_as_bright_beside_something_dark_as_without_it(
    rows: slice, strands: int
) -> None:
    landmarks = canonical()[:468] * SCALE + [64, 64, 0]
    hidden = np.zeros((48, 48), np.uint8)
    hidden[rows] = 255
    plain = np.full((512, 512, 3), (120.0, 140.0, 180.0))
    dark = plain.copy()
    centres = cell_centres(landmarks, 48)[hidden > 0]
    for x, y in centres[centres.any(axis=1)].round().astype(int).tolist():
        cv2.circle(dark, (x, y), strands, (20.0, 20.0, 20.0), -1)
    near = cv2.dilate((dark < 50).all(axis=2).astype(np.uint8), np.ones((13, 13)))
    free = np.zeros((512, 512), bool)
    free[100:330, 160:350] = near[100:330, 160:350] == 0

    before, after = swapped(plain, landmarks), swapped(dark, landmarks, occlusion=hidden)
    share = np.median(after[free][:2000] / before[free][:2000])
    assert free.sum() > 1000
    assert share > 0.97


def test_skin_has_no_more_detail_than_real_faces_have() -> None:
    assert (CONTRASTS[1] * rebuild(CONTRASTY, GROUP).contrast > 1.2 * STRONGEST).all()
    assert detail(3 * STRONGEST) == detail(STRONGEST)
