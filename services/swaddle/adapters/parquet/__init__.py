"""Apache Parquet through pyarrow, sealed where it lies on a disk."""
