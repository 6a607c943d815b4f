"""What every writer of feature tables promises."""

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from pyarrow import parquet

from swaddle.adapters.parquet.feature_writer import ParquetFeatureWriter
from swaddle.certification.columns import FEATURES
from swaddle.certification.ports import FeatureColumn, FeatureWriter
from swaddle.kernel.errors import Misused
from swaddle.kernel.ports import Columns

TABLE = (
    FeatureColumn(name="frame", kind="i4", text="Its number."),
    FeatureColumn(name="yaw", kind="f4", unit="degrees", text="Turn.", nullable=True),
    FeatureColumn(name="who", kind="text", text="Who.", nullable=True),
    FeatureColumn(name="mesh", kind="f4", unit="px", text="Points.", nullable=True, shape=(2, 3)),
)
MESHES = np.arange(12, dtype=np.float32).reshape(2, 2, 3)


def batch(**changed: Any) -> Columns:  # noqa: ANN401 - whatever a caller hands over
    gap = MESHES.copy()
    gap[1] = np.nan
    who = np.array(["s01", None], object)
    yaw = np.array([1.5, np.nan], np.float32)
    return {"frame": np.array([4, 5]), "yaw": yaw, "who": who, "mesh": gap} | changed


class FeatureWriterContract:
    @pytest.fixture
    def writer(self) -> FeatureWriter:
        raise NotImplementedError

    def read(self, content: bytes) -> tuple[dict[str, list[Any]], Mapping[str, str]]:
        """Return the columns and what the table says of itself."""
        raise NotImplementedError

    def written(self, writer: FeatureWriter, *batches: Columns) -> bytes:
        target = io.BytesIO()
        writer.write(target, TABLE, batches, {"swaddle.private": "false"})
        return target.getvalue()

    def test_a_table_is_read_as_it_was_written(self, writer: FeatureWriter) -> None:
        columns, about = self.read(self.written(writer, batch(), batch()))

        assert columns["frame"] == [4, 5, 4, 5]
        assert columns["yaw"] == [1.5, None, 1.5, None]
        assert columns["who"] == ["s01", None, "s01", None]
        assert columns["mesh"] == [[0, 1, 2, 3, 4, 5], None] * 2
        assert about["swaddle.private"] == "false"

    def test_a_video_without_faces_gives_an_empty_table(self, writer: FeatureWriter) -> None:
        empty = {name: values[:0] for name, values in batch().items()}

        for batches in ((), (empty,), (empty, empty)):
            columns, _ = self.read(self.written(writer, *batches))
            assert columns == {"frame": [], "yaw": [], "who": [], "mesh": []}

    @pytest.mark.parametrize("wrong", [{"more": np.zeros(2)}, {"frame": np.zeros(3)}])
    def test_a_batch_that_is_no_part_of_the_table_is_refused(
        self, writer: FeatureWriter, wrong: Columns
    ) -> None:
        with pytest.raises(Misused):
            self.written(writer, batch(**wrong))

    def test_a_missing_column_is_refused_by_name(self, writer: FeatureWriter) -> None:
        lacking = {name: values for name, values in batch().items() if name != "yaw"}

        with pytest.raises(Misused, match="yaw"):
            self.written(writer, lacking)

    def test_a_gap_where_none_may_be_is_refused(self, writer: FeatureWriter) -> None:
        column = FeatureColumn(name="yaw", kind="f4", text="Turn.")

        with pytest.raises(Misused, match="lacks a value"):
            writer.write(io.BytesIO(), [column], [{"yaw": np.array([np.nan])}], {})

    def test_the_target_stays_open(self, writer: FeatureWriter) -> None:
        target = io.BytesIO()
        writer.write(target, TABLE, [batch()], {})

        assert not target.closed


class TestParquetFeatureWriter(FeatureWriterContract):
    @pytest.fixture
    def writer(self) -> ParquetFeatureWriter:
        return ParquetFeatureWriter()

    def read(self, content: bytes) -> tuple[dict[str, list[Any]], Mapping[str, str]]:
        table = parquet.read_table(io.BytesIO(content))
        about = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
        return table.to_pydict(), about

    def test_each_column_describes_itself(self, writer: ParquetFeatureWriter) -> None:
        target = io.BytesIO()
        writer.write(target, FEATURES, (), {})
        schema = parquet.read_schema(target)

        for column in FEATURES:
            told = schema.field(column.name).metadata
            assert told[b"description"].decode() == column.text
            assert told[b"unit"].decode() == column.unit
