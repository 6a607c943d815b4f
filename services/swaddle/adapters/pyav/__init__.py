"""FFmpeg, through PyAV."""
