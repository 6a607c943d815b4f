"""Work tables as sealed Parquet files in a blob store."""

import hashlib
from collections.abc import Sequence

from swaddle.kernel.blobs import Blob
from swaddle.kernel.errors import Forged
from swaddle.kernel.identifiers import BlobKey
from swaddle.kernel.ports import BlobStore, Columns

from .columns import from_parquet, to_parquet
from .sealing import seal, unseal


class ParquetWorkTables:
    """Seals each table with `key` (32 bytes), bound to the key of its blob."""

    def __init__(self, blobs: BlobStore, key: bytes) -> None:
        self._blobs = blobs
        self._key = key

    def write(self, key: BlobKey, columns: Columns) -> Blob:
        """Seal before anything leaves the process; raises Misused for what is no table."""
        return self._blobs.put(key, seal(self._key, to_parquet(columns), key))

    def read(self, blob: Blob, columns: Sequence[str] | None = None) -> Columns:
        """Compare the digest, then open the seal."""
        with self._blobs.open(blob.key) as stream:
            sealed = stream.read()
        if hashlib.sha256(sealed).hexdigest() != blob.sha256:
            msg = f"{blob.key} is not the table that was written."
            raise Forged(msg)
        return from_parquet(unseal(self._key, sealed, blob.key), columns)
