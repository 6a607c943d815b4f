"""
The real servers, as plain processes on loopback: Kafka, MinIO, PostgreSQL.

Tests and `make stack` start them. What a server needs is built once, from package sources, into
`build/servers`.
"""

from . import kafka, minio, postgres

__all__ = ["kafka", "minio", "postgres"]
