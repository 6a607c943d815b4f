"""How large a video may be. The input is hostile, and a file can claim anything."""

from dataclasses import dataclass
from fractions import Fraction

from swaddle.kernel.errors import UnreadableVideo


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the reader refuses to go beyond; each check raises UnreadableVideo."""

    min_side: int = 16
    """Pixels: one macroblock of H.264, and fewer than any face needs."""
    max_pixels: int = 8192 * 4608
    """Of one picture: 8K of cinema and television, and a little more."""
    max_frames: int = 1_000_000
    """Nine hours at 30 frames per second."""
    max_seconds: int = 12 * 3600
    max_streams: int = 24
    """A camera with sixteen sound tracks passes."""
    max_rate: int = 1000
    """Frames per second: slow motion passes, nonsense does not."""

    def check_streams(self, count: int) -> None:
        """Refuse a file of too many streams."""
        if count > self.max_streams:
            raise UnreadableVideo(
                f"The file has {count} streams; at most {self.max_streams} are read."
            )

    def check_size(self, width: int, height: int) -> None:
        """Refuse pictures that are too small or too large."""
        if not width or not height:
            raise UnreadableVideo(
                "The pictures of the video have no size, or one beyond what is decoded: "
                f"{self.max_pixels:,} pixels."
            )
        if min(width, height) < self.min_side:
            raise UnreadableVideo(
                f"The video is {width} x {height} pixels; "
                f"at least {self.min_side} x {self.min_side} are needed."
            )
        if width * height > self.max_pixels:
            raise UnreadableVideo(
                f"The video is {width} x {height} pixels; "
                f"at most {self.max_pixels:,} pixels are decoded: make it smaller first."
            )

    def check_length(self, frames: int, seconds: Fraction) -> None:
        """Refuse a video that goes on for too long."""
        if frames > self.max_frames:
            raise UnreadableVideo(
                f"The video has more than {self.max_frames:,} frames: cut it into parts first."
            )
        if seconds > self.max_seconds:
            raise UnreadableVideo(
                f"The video is longer than {self.max_seconds // 3600} hours: "
                "cut it into parts first."
            )

    def check_rate(self, rate: Fraction) -> None:
        """Refuse a frame rate that no camera has."""
        if rate > self.max_rate:
            raise UnreadableVideo(
                f"The video claims {float(rate):,.0f} frames per second; "
                f"at most {self.max_rate} are accepted."
            )
