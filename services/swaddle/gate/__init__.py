"""Looks for faces that show in the finished file."""
