import numpy as np

from swaddle.adapters.onnx.alignment import Square, placed
from swaddle.adapters.onnx.masks import CELLS, box_mask, face_mask, hull_mask
from swaddle.kernel.faces import five_points
from swaddle.kernel.geometry import Floats
from swaddle.kernel.texture_space import pose, with_forehead
from tests.made.faces import face_to_swap, rendered


def aligned(**head: float) -> tuple[Floats, Floats, Square]:
    picture, landmarks = rendered(**head)
    return picture, landmarks, Square.fitted(five_points(landmarks), "ffhq_512", 256)


def test_a_box_is_one_in_the_middle_and_nothing_at_its_border() -> None:
    mask = box_mask()
    border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])

    assert mask[CELLS // 2, CELLS // 2] == 1
    assert border.max() == 0
    assert np.array_equal(mask, mask.T)
    assert (np.diff(mask[CELLS // 2, : CELLS // 2]) >= 0).all()


def test_nothing_outside_the_outline_of_the_face_is_replaced() -> None:
    _, landmarks, square = aligned(yaw=30, roll=20)
    points = with_forehead(landmarks, pose(landmarks))
    mask = hull_mask(points, square)
    cells = placed(points[:, :2], square.from_picture(CELLS))
    low, high = np.floor(cells.min(axis=0)).astype(int), np.ceil(cells.max(axis=0)).astype(int)
    outside = mask.copy()
    outside[max(low[1], 0) : high[1] + 1, max(low[0], 0) : high[0] + 1] = 0

    assert outside.max() == 0
    nose = np.round(cells[1]).astype(int)
    assert mask[nose[1], nose[0]] > 0.99


def test_what_hides_the_face_is_taken_out_and_the_rest_stays() -> None:
    picture, landmarks, square = aligned()
    upper = np.zeros((48, 48), np.uint8)
    upper[:20] = 255
    free = face_mask(face_to_swap(picture, landmarks), square)
    hidden = face_mask(face_to_swap(picture, landmarks, upper), square)
    cells = placed(landmarks[:, :2], square.from_picture(CELLS)).round().astype(int)
    brow, lip = cells[151], cells[13]

    assert free[brow[1], brow[0]] > 0.99
    assert hidden[brow[1], brow[0]] == 0
    assert hidden[lip[1], lip[0]] == free[lip[1], lip[0]] > 0.99


def test_a_face_that_is_hidden_everywhere_leaves_nothing_to_replace() -> None:
    picture, landmarks, square = aligned()
    everything = np.full((48, 48), 255, np.uint8)

    assert face_mask(face_to_swap(picture, landmarks, everything), square).max() == 0
