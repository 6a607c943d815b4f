"""Invents a synthetic person for every subject."""
