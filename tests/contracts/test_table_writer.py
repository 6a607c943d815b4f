"""What every writer of evaluation tables promises."""

import io

import numpy as np
import pytest
from pyarrow import parquet

from swaddle.adapters.parquet.table_writer import ParquetTableWriter
from swaddle.evaluation.ports import TableWriter

COLUMNS = {
    "frame": np.arange(3, dtype=np.int32),
    "yaw_before": np.array([1.5, np.nan, 2.0], np.float32),
    "exposed": np.array([False, True, False]),
}


class TableWriterContract:
    @pytest.fixture
    def writer(self) -> TableWriter:
        raise NotImplementedError

    def read(self, content: bytes) -> tuple[dict[str, list[object]], dict[str, str]]:
        """Return the columns and what the table says of itself."""
        raise NotImplementedError

    def test_a_table_is_read_as_it_was_written_and_gaps_are_missing(
        self, writer: TableWriter
    ) -> None:
        sink = io.BytesIO()
        writer.write(sink, COLUMNS, {"swaddle.schema": "one"})
        columns, about = self.read(sink.getvalue())

        assert columns == {
            "frame": [0, 1, 2],
            "yaw_before": [1.5, None, 2.0],
            "exposed": [False, True, False],
        }
        assert about["swaddle.schema"] == "one"


class TestParquetTableWriter(TableWriterContract):
    @pytest.fixture
    def writer(self) -> TableWriter:
        return ParquetTableWriter()

    def read(self, content: bytes) -> tuple[dict[str, list[object]], dict[str, str]]:
        table = parquet.read_table(io.BytesIO(content))
        about = {k.decode(): v.decode() for k, v in (table.schema.metadata or {}).items()}
        return table.to_pydict(), about
