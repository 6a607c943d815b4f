"""
How well a video was anonymized, and what it still tells: measured on two files.

Nothing here knows how the second file was made. A copy of the original that was only encoded again
goes through the same measurements: what it reaches is what can be reached.
"""
