"""How surely faces are found, on rendered people."""
