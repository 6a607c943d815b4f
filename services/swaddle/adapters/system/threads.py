"""How many threads the arithmetic of a process takes."""

import cv2


def share_cores(threads: int) -> None:
    """Bound the threads of OpenCV, which takes every core for itself and waits in a loop."""
    cv2.setNumThreads(threads)
