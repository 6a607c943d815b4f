"""Knows which weights there are, where they come from and who may use them."""
