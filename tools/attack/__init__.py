"""Somebody who has learned to undo an anonymization."""
