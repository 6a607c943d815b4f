"""Takes videos in and puts them back together."""
