"""What the platform adds, and how it grows."""
