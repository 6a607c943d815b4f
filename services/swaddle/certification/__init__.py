"""Writes what testifies to a run: features, manifest, provenance and report."""
