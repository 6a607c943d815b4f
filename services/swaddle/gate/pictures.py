"""Small pictures of the finished video, for its report: the gate has every frame in its hands."""

from dataclasses import dataclass, field
from typing import Any, Final

from swaddle.kernel.frames import Frame, to_jpeg
from swaddle.kernel.video import Layout

MOST: Final = 64
"""Of a video: eight for each that the report may show, should some be forbidden."""
SIDE: Final = 360
"""The longer side, in pixels: enough to see what was done, too little to matter in a mail."""
QUALITY: Final = 78


@dataclass(slots=True)
class Pictures:
    """Keeps a picture of each stretch of a video: of the first frame with most people."""

    layout: Layout
    _best: dict[int, tuple[int, dict[str, Any]]] = field(default_factory=dict)

    def offer(self, frame: Frame, people: int) -> None:
        """Keep this frame, unless one of its stretch shows as many people."""
        stretch = frame.number // -(-self.layout.profile.frames // MOST)
        if stretch not in self._best or people > self._best[stretch][0]:
            self._best[stretch] = people, _row(frame, self.layout)

    def rows(self) -> list[dict[str, Any]]:
        """Return rows of PICTURES."""
        return [row for _, row in self._best.values()]


def _row(frame: Frame, layout: Layout) -> dict[str, Any]:
    across = frame.width * float(layout.profile.sample_aspect_ratio)
    scale = min(1.0, SIDE / max(across, frame.height))
    width, height = max(1, round(across * scale)), max(1, round(frame.height * scale))
    return {
        "frame": frame.number,
        "width": width,
        "height": height,
        "picture": to_jpeg(frame.scaled(width, height), QUALITY),
    }
