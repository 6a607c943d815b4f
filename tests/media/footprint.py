"""
A program: takes a video through reader and writer and prints the most memory it ever had, in MB.

Usage: python footprint.py FILE
"""

import sys
import tempfile
from pathlib import Path

from swaddle.adapters.pyav.video_reader import PyavVideoReader
from swaddle.adapters.pyav.video_writer import PyavVideoWriter


def main(file: Path) -> None:
    """Probe, decode, encode, join and check."""
    reader, writer = PyavVideoReader(threads=2), PyavVideoWriter(preset="ultrafast", threads=2)
    with (
        file.open("rb") as source,
        tempfile.TemporaryFile() as segment,
        tempfile.TemporaryFile() as output,
    ):
        layout = reader.probe(source)
        frames = reader.frames(source, layout, 0, layout.profile.frames - 1)
        writer.encode(frames, layout, segment)
        writer.join([segment], source, layout, "mp4", output)
        writer.facts(output)
        reader.probe(output)
    # Not getrusage: its figure begins with the memory of the process that started this one.
    status = Path("/proc/self/status").read_text()
    print(int(status.split("VmHWM:")[1].split()[0]) // 1024)  # noqa: T201 - the result


if __name__ == "__main__":
    main(Path(sys.argv[1]))
