"""LiteRT, which runs the MediaPipe models."""
