"""What the thresholds cost on material of which the truth is known."""
