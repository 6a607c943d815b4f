"""The appearance engine: synthetic people from a learned face space, on a CPU."""
