"""The report: one HTML file that a stranger can read."""
