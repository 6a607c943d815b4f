"""Renders the frozen plan."""
