"""Columns side by side."""

import numpy as np
import pytest

from swaddle.kernel.errors import Rejected
from swaddle.kernel.tables import (
    EDGES,
    PORTRAITS,
    SIMILARITIES,
    TRACKS,
    Schema,
    assemble,
    column,
    concatenate,
    of_width,
    select,
)

SCHEMA: Schema = {"frame": ("i4", ()), "box": ("f4", (4,)), "crop": ("O", ())}


def rows(*frames: int) -> list[dict[str, object]]:
    return [{"frame": f, "box": [f] * 4, "crop": b"x" * f} for f in frames]


def test_rows_become_columns() -> None:
    table = assemble(rows(3, 5), SCHEMA)

    assert table["frame"].tolist() == [3, 5]
    assert table["box"].tolist() == [[3] * 4, [5] * 4]
    assert table["crop"].tolist() == [b"xxx", b"xxxxx"]
    assert table["box"].dtype == np.float32


@pytest.mark.parametrize("schema", [SCHEMA, EDGES, of_width(PORTRAITS, 512)])
def test_no_rows_are_columns_of_the_right_shape(schema: Schema) -> None:
    for table in (assemble((), schema), concatenate((), schema)):
        assert {name: values.shape[1:] for name, values in table.items()} == {
            name: shape for name, (_, shape) in schema.items()
        }


def test_tables_follow_each_other() -> None:
    tables = [assemble(rows(*frames), SCHEMA) for frames in ((1, 2), (), (3,))]
    whole = concatenate(tables, SCHEMA)

    assert whole["frame"].tolist() == [1, 2, 3]
    assert whole["box"].shape == (3, 4)
    assert whole["crop"].tolist() == [b"x", b"xx", b"xxx"]


@pytest.mark.parametrize("width", [128, 512])
def test_vectors_are_as_long_as_the_recogniser_makes_them(width: int) -> None:
    schema = of_width(SIMILARITIES, width)
    vector = np.arange(width)
    row = {"frame": 1, "track": 2, "original": vector, "output": vector, "recogniser": b"r"}
    whole = concatenate([assemble((), schema), assemble([row], schema)], schema)

    assert whole["original"].tolist() == [vector.tolist()]
    assert whole["frame"].shape == (1,)


def test_rows_are_chosen_by_mask_or_by_number() -> None:
    table = assemble(rows(1, 2, 3), SCHEMA)

    assert select(table, table["frame"] != 2)["frame"].tolist() == [1, 3]
    assert select(table, np.array([2, 0]))["crop"].tolist() == [b"xxx", b"x"]


def test_a_table_of_another_version_is_refused_in_a_sentence() -> None:
    table = assemble([], EDGES)

    with pytest.raises(Rejected, match=r"no lenses: another version of swaddle wrote it"):
        column(table, "lenses", TRACKS)


def test_a_column_has_the_type_and_shape_of_the_schema() -> None:
    flat = np.arange(2 * 468 * 3.0).reshape(2, 468 * 3)
    found = column({"landmarks": flat}, "landmarks", EDGES)

    assert found.dtype == np.float32
    assert found.shape == (2, 468, 3)
    assert found[1, 0, 0] == 468 * 3
