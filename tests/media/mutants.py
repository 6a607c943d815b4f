"""
A program: reads mutated videos, and ends badly where anything but a refusal comes of one.

It is a process of its own so that a crash inside FFmpeg is seen as what it is.
Usage: python mutants.py SEED COUNT FILE...
"""

import io
import random
import sys
from collections.abc import Callable
from pathlib import Path

from swaddle.adapters.pyav.limits import Limits
from swaddle.adapters.pyav.video_reader import PyavVideoReader
from swaddle.adapters.pyav.video_writer import PyavVideoWriter
from swaddle.kernel.errors import Misused, Rejected
from swaddle.kernel.video import Layout

Mutation = Callable[[random.Random, bytearray], None]


def flip(chance: random.Random, content: bytearray) -> None:
    """Change a few bits, most of them where headers are."""
    for _ in range(chance.randint(1, 12)):
        content[_place(chance, content)] ^= 1 << chance.randrange(8)


def overwrite(chance: random.Random, content: bytearray) -> None:
    """Write numbers that programs stumble over."""
    numbers = (b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\0\0\0\1")
    for _ in range(chance.randint(1, 4)):
        place = _place(chance, content)
        content[place : place + 4] = chance.choice(numbers)


def cut(chance: random.Random, content: bytearray) -> None:
    """Leave a piece out."""
    place = _place(chance, content)
    del content[place : place + chance.randint(1, 400)]


def insert(chance: random.Random, content: bytearray) -> None:
    """Put a piece in."""
    place = _place(chance, content)
    content[place:place] = chance.randbytes(chance.randint(1, 200))


def repeat(chance: random.Random, content: bytearray) -> None:
    """Say something twice."""
    place, length = _place(chance, content), chance.randint(1, 2000)
    content[place:place] = content[place : place + length]


MUTATIONS: tuple[Mutation, ...] = (flip, flip, overwrite, overwrite, cut, insert, repeat)


def _place(chance: random.Random, content: bytearray) -> int:
    """Return a position: in the first or last kilobytes twice as often as anywhere."""
    edge = min(len(content), 2048)
    match chance.randrange(3):
        case 0:
            return chance.randrange(edge)
        case 1:
            return len(content) - 1 - chance.randrange(edge)
        case _:
            return chance.randrange(len(content))


def read(content: bytes) -> str:
    """Take a video as far as its first segment and its sound; return how it ended."""
    reader = PyavVideoReader(Limits(max_frames=2000, max_pixels=1 << 20), threads=1)
    writer = PyavVideoWriter(preset="ultrafast", threads=1)
    source = io.BytesIO(content)
    try:
        layout = reader.probe(source)
        middle = layout.profile.frames // 2
        frames = reader.frames(source, layout, middle, min(middle + 3, layout.profile.frames - 1))
        for frame in frames:
            frame.bgr()
        _finish(reader, writer, source, layout)
    except Rejected:
        return "refused"
    except Misused:
        return "unfit"
    return "read"


def _finish(
    reader: PyavVideoReader, writer: PyavVideoWriter, source: io.BytesIO, layout: Layout
) -> None:
    segment, output = io.BytesIO(), io.BytesIO()
    frames = reader.frames(source, layout, 0, layout.profile.frames - 1)
    writer.encode(frames, layout, segment)
    writer.join([segment], source, layout, "mp4", output)
    writer.facts(source)
    writer.facts(output)
    finished = reader.probe(output)
    unit, other = layout.profile.time_base, finished.profile.time_base
    if [t * unit for t in layout.timestamps] != [t * other for t in finished.timestamps]:
        raise AssertionError("a finished file has other times than its source")


def main(seed: int, count: int, files: list[str]) -> None:
    """Read so many mutants of each file."""
    chance = random.Random(seed)  # noqa: S311 - a test, not a secret
    originals = [Path(file).read_bytes() for file in files]
    ends = {"read": 0, "refused": 0, "unfit": 0}
    for number in range(count):
        for name, original in zip(files, originals, strict=True):
            content = bytearray(original)
            for _ in range(chance.randint(1, 3)):
                chance.choice(MUTATIONS)(chance, content)
            print(f"{Path(name).name} {number}", file=sys.stderr, flush=True)  # noqa: T201 - for who looks for the culprit
            ends[read(bytes(content))] += 1
    print(ends)  # noqa: T201 - the result


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
