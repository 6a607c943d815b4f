"""What the operating system gives: time, randomness, and files that hold keys."""
