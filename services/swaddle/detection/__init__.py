"""Finds every face and follows it through a segment."""
