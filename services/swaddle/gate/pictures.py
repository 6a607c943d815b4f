"""Small pictures of the finished video, for its report: the gate has every frame in its hands."""

from typing import Any, Final

from swaddle.kernel.frames import Frame, to_jpeg
from swaddle.kernel.video import Layout

MOST: Final = 64
"""Of a video: eight for each that the report may show, should some be forbidden."""
SIDE: Final = 360
"""The longer side, in pixels: enough to see what was done, too little to matter in a mail."""
QUALITY: Final = 78


def is_kept(number: int, layout: Layout) -> bool:
    """Return whether a frame is among the few, evenly spread, that are kept."""
    return number % -(-layout.profile.frames // MOST) == 0


def picture(frame: Frame, layout: Layout) -> dict[str, Any]:
    """Return the row of PICTURES for a frame."""
    across = frame.width * float(layout.profile.sample_aspect_ratio)
    scale = min(1.0, SIDE / max(across, frame.height))
    width, height = max(1, round(across * scale)), max(1, round(frame.height * scale))
    return {
        "frame": frame.number,
        "width": width,
        "height": height,
        "picture": to_jpeg(frame.scaled(width, height), QUALITY),
    }
