"""Everything in this process: for tests and for the run on one machine."""
