"""Measures what swaddle costs, as ratios inside one run."""
