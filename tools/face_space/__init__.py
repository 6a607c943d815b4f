"""Learns the face space of the appearance engine from pictures of synthetic people."""
