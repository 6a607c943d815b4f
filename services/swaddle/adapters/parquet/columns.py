"""Columns of numbers, booleans or bytes as a Parquet file, there and back."""

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from swaddle.kernel.errors import Misused, NotFound
from swaddle.kernel.ports import Columns

SHAPE: Final = b"shape"
"""Metadata of a field: the shape of one row, as `468,3`."""


def to_parquet(columns: Columns) -> bytes:
    """
    Return a file with these columns, all of one length; raises Misused.

    A column of shape (n, a, b) becomes a fixed-size list of a * b values for each row.
    """
    lengths = {len(values) for values in columns.values()}
    if len(lengths) > 1:
        msg = f"The columns of a table have one length, not {sorted(lengths)}."
        raise Misused(msg)
    arrays = {name: _array(name, values) for name, values in columns.items()}
    fields = [
        pa.field(name, array.type, nullable=False, metadata=_shape(columns[name]))
        for name, array in arrays.items()
    ]
    sink = pa.BufferOutputStream()
    parquet.write_table(
        pa.table(list(arrays.values()), pa.schema(fields)),
        sink,
        compression="zstd",
        # Measurements hardly repeat; the first bytes of neighbouring floats do.
        use_dictionary=False,
        use_byte_stream_split=[
            path for name, values in columns.items() for path in _float_paths(name, values)
        ],
        write_statistics=False,
    )
    return sink.getvalue().to_pybytes()


def from_parquet(content: bytes, wanted: Sequence[str] | None) -> dict[str, NDArray[Any]]:
    """Return some columns, or all, as arrays that the caller may change; raises NotFound."""
    # Neither buffering ahead nor decoding uses pyarrow's pools: the processes are the threads.
    file = parquet.ParquetFile(pa.BufferReader(content), pre_buffer=False)
    names = list(file.schema_arrow.names if wanted is None else wanted)
    if missing := set(names) - set(file.schema_arrow.names):
        msg = f"The table has no column {min(missing)}."
        raise NotFound(msg)
    table = file.read(columns=names, use_threads=False)
    return {name: _values(table.schema.field(name), table[name]) for name in names}


def _array(name: str, values: NDArray[Any]) -> Any:  # noqa: ANN401 - pyarrow has no types
    try:
        if values.dtype == object:
            return pa.array(values, pa.binary())
        flat = pa.array(np.ascontiguousarray(values).reshape(-1))
    except pa.ArrowException as error:
        msg = f"The column {name} holds neither numbers nor booleans nor bytes."
        raise Misused(msg) from error
    if values.ndim == 1:
        return flat
    return pa.FixedSizeListArray.from_arrays(flat, math.prod(values.shape[1:]))


def _shape(values: NDArray[Any]) -> dict[bytes, bytes] | None:
    return {SHAPE: ",".join(map(str, values.shape[1:])).encode()} if values.ndim > 1 else None


def _float_paths(name: str, values: NDArray[Any]) -> list[str]:
    if values.dtype not in (np.float32, np.float64):
        return []
    return [f"{name}.list.element" if values.ndim > 1 else name]


def _values(field: Any, column: Any) -> NDArray[Any]:  # noqa: ANN401 - pyarrow has no types
    whole = column.combine_chunks()
    shape = (field.metadata or {}).get(SHAPE)
    if shape is None:
        return np.array(whole.to_numpy(zero_copy_only=False))
    one_row = tuple(int(side) for side in shape.split(b","))
    return np.array(whole.flatten().to_numpy(zero_copy_only=False)).reshape(-1, *one_row)
