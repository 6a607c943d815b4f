"""Apache Parquet, through pyarrow."""
