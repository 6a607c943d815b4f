"""Feature tables as plain Parquet files that pandas, R, DuckDB and others read."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from swaddle.certification.ports import FeatureColumn
from swaddle.kernel.errors import Misused, StorageFailed
from swaddle.kernel.ports import Columns

TYPES: Final = {
    "i4": pa.int32(),
    "i8": pa.int64(),
    "f4": pa.float32(),
    "f8": pa.float64(),
    "text": pa.string(),
    "?": pa.bool_(),
}


class ParquetFeatureWriter:
    """Writes each batch as a row group."""

    def write(
        self,
        target: BinaryIO,
        columns: Sequence[FeatureColumn],
        batches: Iterable[Columns],
        about: Mapping[str, str],
    ) -> None:
        """Keep descriptions, units and shapes in the metadata of the fields."""
        schema = pa.schema([_field(column) for column in columns], metadata=dict(about))
        try:
            with parquet.ParquetWriter(
                target,
                schema,
                compression="zstd",
                # Measurements hardly repeat, words do.
                use_dictionary=[c.name for c in columns if c.kind == "text"],
                use_byte_stream_split=[_path(c) for c in columns if c.kind in ("f4", "f8")],
            ) as writer:
                for batch in batches:
                    writer.write_batch(_batch(columns, batch, schema))
        except OSError as error:
            msg = f"The feature table cannot be written: {error.strerror}."
            raise StorageFailed(msg) from error


def _batch(columns: Sequence[FeatureColumn], batch: Columns, schema: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    if set(batch) != {column.name for column in columns}:
        odd = min(set(batch) ^ {column.name for column in columns})
        raise Misused(f"The batch and the table do not agree on the column {odd}.")
    arrays = [_array(column, batch[column.name]) for column in columns]
    for column, array in zip(columns, arrays, strict=True):
        if array.null_count and not column.nullable:
            raise Misused(f"The column {column.name} lacks a value where none may be missing.")
    try:
        return pa.RecordBatch.from_arrays(arrays, schema=schema)
    except (pa.ArrowException, ValueError) as error:
        raise Misused("The columns of a batch do not have one length.") from error


def _array(column: FeatureColumn, values: NDArray[Any]) -> Any:  # noqa: ANN401 - pyarrow has no types
    if column.kind == "text":
        return pa.array(values.tolist(), pa.string())
    # Without `from_pandas`, NaN would be a number and not a gap.
    if not column.shape:
        return pa.array(values.astype(column.kind), TYPES[column.kind], from_pandas=True)
    flat = np.ascontiguousarray(values, column.kind).reshape(len(values), math.prod(column.shape))
    gaps = pa.array(np.isnan(flat[:, 0]) if column.nullable else np.zeros(len(flat), bool))
    return pa.FixedSizeListArray.from_arrays(
        pa.array(flat.reshape(-1)), math.prod(column.shape), mask=gaps
    )


def _field(column: FeatureColumn) -> Any:  # noqa: ANN401 - pyarrow has no types
    kind = TYPES[column.kind]
    metadata = {"description": column.text, "unit": column.unit}
    if column.shape:
        kind = pa.list_(kind, math.prod(column.shape))
        metadata["shape"] = ",".join(map(str, column.shape))
    return pa.field(column.name, kind, nullable=column.nullable, metadata=metadata)


def _path(column: FeatureColumn) -> str:
    return f"{column.name}.list.element" if column.shape else column.name
