"""
The real servers, as plain processes on loopback: Kafka, MinIO, PostgreSQL, Kubernetes.

Tests and `make stack` start them. What a server needs is built once, from package sources, into
`build/servers`.
"""

from . import definitions, kafka, kubernetes, minio, postgres

__all__ = ["definitions", "kafka", "kubernetes", "minio", "postgres"]
