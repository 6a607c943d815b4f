"""Kafka, by kafka-python: whatever speaks its protocol."""
