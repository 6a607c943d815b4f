"""What every keeper of work tables promises."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from swaddle.adapters.folder.blob_store import FolderBlobStore
from swaddle.adapters.parquet.columns import from_parquet, to_parquet
from swaddle.adapters.parquet.work_tables import ParquetWorkTables
from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import Forged, Misused, NotFound
from swaddle.kernel.identifiers import BlobKey
from swaddle.kernel.ports import BlobStore, Columns, WorkTables
from swaddle.kernel.tables import OBSERVATIONS, TRACKS, Schema, assemble

KEY = BlobKey("lab/v1/link/0/table")
PICTURE = b"\xff\xd8\xff the picture of a child"


def filled(schema: Schema, rows: int) -> Columns:
    random = np.random.default_rng(7)
    table = assemble((), schema)
    for name, (kind, shape) in schema.items():
        if kind == "O":
            table[name] = np.array([PICTURE, b""] * rows, object)[:rows]
        else:
            table[name] = random.integers(0, 2, (rows, *shape)).astype(kind)
    return table


def assert_same(read: Columns, written: Columns) -> None:
    assert list(read) == list(written)
    for name, values in written.items():
        assert read[name].dtype == values.dtype
        np.testing.assert_array_equal(read[name], values, strict=True)


class WorkTablesContract:
    @pytest.fixture
    def blobs(self, tmp_path: Path) -> BlobStore:
        return FolderBlobStore(tmp_path / "work")

    @pytest.fixture
    def tables(self, blobs: BlobStore) -> WorkTables:
        raise NotImplementedError

    @pytest.mark.parametrize("rows", [0, 1, 5])
    @pytest.mark.parametrize("schema", [OBSERVATIONS, TRACKS], ids=["observations", "tracks"])
    def test_a_table_is_read_as_it_was_written(
        self, tables: WorkTables, schema: Schema, rows: int
    ) -> None:
        written = filled(schema, rows)

        assert_same(tables.read(tables.write(KEY, written)), written)

    def test_some_columns_are_read_in_the_order_asked(self, tables: WorkTables) -> None:
        written = filled(TRACKS, 3)
        read = tables.read(tables.write(KEY, written), ["landmarks", "frame"])

        assert_same(read, {name: written[name] for name in ("landmarks", "frame")})

    def test_a_reader_may_change_what_it_read(self, tables: WorkTables) -> None:
        blob = tables.write(KEY, filled(TRACKS, 3))
        tables.read(blob)["landmarks"][:] = 5

        assert tables.read(blob)["landmarks"].max() < 5

    def test_a_missing_table_is_not_found(self, tables: WorkTables) -> None:
        with pytest.raises(NotFound):
            tables.read(Blob(key=KEY, size=1, sha256="0" * 64))

    def test_a_missing_column_is_not_found(self, tables: WorkTables) -> None:
        blob = tables.write(KEY, filled(TRACKS, 3))

        with pytest.raises(NotFound, match="no column name"):
            tables.read(blob, ["frame", "name"])

    def test_columns_of_different_lengths_are_refused(self, tables: WorkTables) -> None:
        with pytest.raises(Misused, match="one length"):
            tables.write(KEY, {"a": np.zeros(2), "b": np.zeros(3)})

    def test_text_is_refused(self, tables: WorkTables) -> None:
        with pytest.raises(Misused, match="name holds neither"):
            tables.write(KEY, {"name": np.array([1, "Emma"], object)})

    def test_nothing_can_be_read_without_the_key(
        self, tables: WorkTables, blobs: BlobStore
    ) -> None:
        blob = tables.write(KEY, filled(OBSERVATIONS, 3))
        with blobs.open(blob.key) as stream:
            sealed = stream.read()

        assert PICTURE[:8] not in sealed
        assert b"landmarks" not in sealed

    def test_one_changed_byte_is_noticed(self, tables: WorkTables, blobs: BlobStore) -> None:
        blob = tables.write(KEY, filled(TRACKS, 3))
        with blobs.open(KEY) as stream:
            sealed = stream.read()

        for place in (0, 20, len(sealed) // 2, len(sealed) - 1):
            changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
            for claimed in (blob, blobs.put(KEY, changed)):
                with pytest.raises(Forged):
                    tables.read(claimed)

    def test_a_table_that_was_replaced_is_noticed(self, tables: WorkTables) -> None:
        blob = tables.write(KEY, filled(TRACKS, 3))
        tables.write(KEY, filled(TRACKS, 4))

        with pytest.raises(Forged):
            tables.read(blob)

    @pytest.mark.parametrize("length", [0, 10, 30, 100])
    def test_a_table_that_was_cut_off_is_noticed(
        self, tables: WorkTables, blobs: BlobStore, length: int
    ) -> None:
        tables.write(KEY, filled(TRACKS, 3))
        with blobs.open(KEY) as stream:
            cut = blobs.put(KEY, stream.read(length))

        with pytest.raises(Forged):
            tables.read(cut)

    def test_a_table_of_another_place_is_noticed(
        self, tables: WorkTables, blobs: BlobStore
    ) -> None:
        tables.write(KEY, filled(TRACKS, 3))
        with blobs.open(KEY) as stream:
            moved = blobs.put(BlobKey("lab/v2/link/0/table"), stream.read())

        with pytest.raises(Forged):
            tables.read(moved)


class TestParquetWorkTables(WorkTablesContract):
    @pytest.fixture
    def tables(self, blobs: BlobStore) -> WorkTables:
        return ParquetWorkTables(blobs, b"k" * 32)

    def test_another_key_opens_nothing(self, tables: WorkTables, blobs: BlobStore) -> None:
        blob = tables.write(KEY, filled(TRACKS, 3))

        with pytest.raises(Forged):
            ParquetWorkTables(blobs, b"x" * 32).read(blob)

    def test_the_same_table_is_sealed_differently_each_time(self, tables: WorkTables) -> None:
        table = filled(TRACKS, 3)

        assert tables.write(KEY, table).sha256 != tables.write(KEY, table).sha256

    @given(
        arrays.arrays(
            dtype=st.sampled_from(["?", "u1", "i2", "i4", "i8", "u2", "f4", "f8"]),
            shape=arrays.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=5),
        )
    )
    def test_every_shape_and_type_survives(self, values: np.ndarray) -> None:
        read = from_parquet(to_parquet({"values": values}), None)

        assert_same(read, {"values": values})
