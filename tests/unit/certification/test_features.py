import numpy as np
import pytest

from swaddle.certification.columns import FEATURES, ORIGINAL_LANDMARKS
from swaddle.certification.features import feature_rows, original_rows
from swaddle.certification.naming import Naming
from swaddle.kernel.ports import Columns
from swaddle.kernel.tables import REGIONS, SYNTHETIC, TRACKS, Rendered, assemble
from tests.unit.certification.material import NAME, done, face, plan, seen

NAMING = Naming(plan())
TWO = assemble([seen(3, 0), seen(3, 1, meshed=False)], TRACKS)


def rows(*regions: dict[str, object]) -> Columns:
    return feature_rows(TWO, assemble(regions, REGIONS), NAMING)


def cover(x0: float, x1: float) -> dict[str, object]:
    return done(3, -1, Rendered.COVER) | {"box": [x0, 0.0, x1, 64.0]}


def test_a_known_table_gives_known_rows() -> None:
    table = rows(done(3, 0, Rendered.SWAP), done(3, 1, Rendered.COVER))

    assert table["frame"].tolist() == [3, 3]
    assert table["pts"].tolist() == [1536, 1536]
    assert table["subject"].tolist() == ["s01", "p01"]
    assert table["track"].tolist() == ["t0001", "t0002"]
    assert table["rendered_as"].tolist() == ["swap", "cover"]
    assert table["source"].tolist() == ["tracked", "tracked"]
    assert table["yaw"][0] == pytest.approx(0, abs=0.1)


def test_what_has_no_mesh_is_not_measured() -> None:
    table = rows()

    assert np.isnan([table[n][1] for n in ("presence", "occluded", "yaw", "mouth_width")]).all()
    assert np.isfinite(table["sharpness"]).all()


def test_only_synthetic_landmarks_are_in_it() -> None:
    table = rows(done(3, 0, Rendered.SWAP), done(3, 1, Rendered.COVER))
    synthetic = table["synthetic_landmarks"]

    assert np.abs(synthetic[0] - (face(3) + 1)).max() <= 1 / 64
    assert np.isnan(synthetic[1]).all()


def test_a_stand_in_is_a_synthetic_face_that_is_told_apart() -> None:
    table = rows(done(3, 0, Rendered.STAND_IN))

    assert table["rendered_as"].tolist() == ["stand_in", None]
    assert np.abs(table["synthetic_landmarks"][0] - (face(3) + 1)).max() <= 1 / 64


@pytest.mark.parametrize("kind", sorted(set(Rendered) - SYNTHETIC))
def test_no_landmarks_are_told_of_a_face_that_was_not_swapped(kind: Rendered) -> None:
    region = done(3, 0, Rendered.SWAP) | {"rendered": kind}

    assert np.isnan(rows(region)["synthetic_landmarks"]).all()


def test_a_cover_that_was_placed_over_a_face_wins() -> None:
    table = rows(done(3, 0, Rendered.SWAP), cover(0, 50))

    assert table["rendered_as"].tolist() == ["cover", None]
    assert np.isnan(table["synthetic_landmarks"]).all()


def test_a_cover_elsewhere_changes_nothing() -> None:
    table = rows(done(3, 0, Rendered.SWAP), cover(45, 60))

    assert table["rendered_as"].tolist() == ["swap", None]


def test_in_a_black_frame_everything_is_black() -> None:
    table = rows(done(3, 0, Rendered.SWAP), done(3, -1, Rendered.BLACK))

    assert table["rendered_as"].tolist() == ["black", "black"]


def test_without_a_rendering_nothing_is_said_of_one() -> None:
    table = feature_rows(TWO, None, NAMING)

    assert table["rendered_as"].tolist() == [None, None]


def test_both_tables_have_the_columns_that_are_documented() -> None:
    assert set(rows()) == {column.name for column in FEATURES}
    assert set(original_rows(TWO, NAMING)) == {column.name for column in ORIGINAL_LANDMARKS}


def test_the_private_table_holds_those_with_a_mesh() -> None:
    table = original_rows(TWO, NAMING)

    assert table["subject"].tolist() == ["s01"]
    np.testing.assert_array_equal(table["landmarks"][0], face(3))


def test_every_column_says_what_it_is() -> None:
    for column in (*FEATURES, *ORIGINAL_LANDMARKS):
        assert column.text.endswith(".")
        assert column.unit or column.kind in ("i4", "i8", "text") or column.name == "sharpness"


def test_nobody_keeps_the_name_that_somebody_gave_them() -> None:
    assert NAME not in NAMING.of_subject.values()
    assert NAMING.of_subject[NAME] == "p01"
