"""Tables as plain Parquet files that pandas, R, DuckDB and others read."""

from collections.abc import Mapping
from typing import BinaryIO

import pyarrow as pa
from pyarrow import parquet

from swaddle.kernel.errors import StorageFailed
from swaddle.kernel.ports import Columns


class ParquetTableWriter:
    """Writes all rows as one row group."""

    def write(self, sink: BinaryIO, columns: Columns, about: Mapping[str, str]) -> None:
        """Write NaN as a missing value; `about` becomes the file's metadata."""
        arrays = {name: pa.array(values, from_pandas=True) for name, values in columns.items()}
        table = pa.table(arrays).replace_schema_metadata(dict(about))
        try:
            parquet.write_table(table, sink, compression="zstd")
        except OSError as error:
            raise StorageFailed(f"The table cannot be written: {error.strerror}.") from error
