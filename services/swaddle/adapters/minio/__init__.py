"""S3 by the MinIO client: MinIO, or any other store that passes the probe."""
