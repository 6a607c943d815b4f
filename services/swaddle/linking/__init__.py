"""Makes tracks of observations and subjects of tracks, over the whole video."""
