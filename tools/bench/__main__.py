"""
Print what anonymizing costs, as ratios.

    python -m tools.bench [--clip FILE] [--rounds 3] [--without-deface]
                          [--memory | --growth | --jobs-scaling]

Speed: the whole `swaddle anonymize` command, with start-up, gate and report, by both methods, and
deface in an environment of its own, against a plain transcode of the same clip at the same
quality, in turns; then one run with each stage timed. Memory (`--memory`; half an hour): the same
clip, small, repeated to one minute and to ten. Growth (`--growth`; half an hour): rendered scenes
of one to eight faces, and of 360 to 2160 lines. Jobs (`--jobs-scaling`): one against two, each with a
core and a thread of its own, and what is done where nobody asks, on the clip repeated to a minute.
Never a verdict: the machines differ.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av

from tools.bench import rival, stages
from tools.bench.commands import anonymize, transcode
from tools.bench.growth import growth
from tools.bench.measure import Cost, cost
from tools.bench.scaling import jobs_scaling

CLIP = Path("../shared/data/videos/infant_blanket_000056_segment.mp4")
SMALL = (480, 270)
MINUTES = (1, 10)
PLAIN = "plain transcode"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clip", type=Path, default=CLIP)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", action="store_true", help="one minute against ten")
    parser.add_argument("--growth", action="store_true", help="faces, sizes")
    parser.add_argument("--jobs-scaling", action="store_true", help="one job against two")
    parser.add_argument("--without-deface", action="store_true", help="install nothing")
    arguments = parser.parse_args()
    if not arguments.clip.is_file():
        print(f"{arguments.clip} is not here; give another clip with --clip FILE.")
        return 2
    try:
        with tempfile.TemporaryDirectory() as folder:
            room = Path(folder)
            if arguments.memory:
                lines = _memory(arguments.clip, room)
            elif arguments.growth:
                lines = growth(room)
            elif arguments.jobs_scaling:
                lines = _jobs(arguments.clip, room, arguments.rounds)
            else:
                contenders = _contenders(arguments.clip, room, deface=not arguments.without_deface)
                lines = _speed(arguments.clip, contenders, arguments.rounds)
            for line in lines:
                print(line, flush=True)
    except subprocess.CalledProcessError as error:
        print(f"{' '.join(error.cmd)} failed: {error.stderr.decode(errors='replace').strip()}")
        return 1
    return 0


def _contenders(clip: Path, folder: Path, *, deface: bool) -> Mapping[str, Sequence[str]]:
    """Return the commands by name, the plain transcode first."""
    commands = {
        PLAIN: transcode(clip, folder),
        "swaddle synthetic": anonymize(clip, folder),
        "swaddle blur": [*anonymize(clip, folder), "--method", "blur"],
    }
    if deface:
        commands["deface 1.5"] = rival.command(clip, folder / "deface.mp4")
    return commands


def _speed(clip: Path, contenders: Mapping[str, Sequence[str]], rounds: int) -> Iterator[str]:
    cost(contenders[PLAIN])  # reads the clip and the libraries from the disk
    costs: dict[str, list[Cost]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, command in contenders.items():
            costs[name].append(cost(command))
    frames = _frames(clip)
    yield f"{clip.name}: {frames} frames, {rounds} rounds in turns, median (least to most)"
    plain = costs[PLAIN]
    for name, own in costs.items():
        yield _row(name, [c.seconds for c in own], "s")
        ratios = [c.seconds / p.seconds for c, p in zip(own, plain, strict=True)]
        yield _row("  of the transcode", ratios, "times")
        yield _row("  CPU", [c.cpu_seconds for c in own], "s")
        yield _row("  peak memory", [c.peak_mb for c in own], "MB")
    yield from stages.table(clip)


def _memory(clip: Path, folder: Path) -> Iterator[str]:
    # One of each: the peak hardly varies.
    peaks: list[Cost] = []
    for minutes in MINUTES:
        long = folder / f"{minutes}.mp4"
        _repeat(clip, long, minutes * 60, SMALL)
        peaks.append(cost(anonymize(long, folder)))
        yield f"{minutes} min: {peaks[-1].peak_mb:.0f} MB, {peaks[-1].seconds:.0f} s"
    yield f"{MINUTES[1]} min / {MINUTES[0]} min: {peaks[1].peak_mb / peaks[0].peak_mb:.2f} times"


def _jobs(clip: Path, folder: Path, rounds: int) -> Iterator[str]:
    long = folder / "minute.mp4"
    _repeat(clip, long, 60, None)
    yield f"{clip.name}, repeated to a minute, {rounds} rounds in turns, medians"
    yield from jobs_scaling(long, folder, rounds)


def _frames(clip: Path) -> int:
    with av.open(clip) as container:
        return sum(1 for _ in container.decode(video=0))


def _repeat(clip: Path, target: Path, seconds: int, size: tuple[int, int] | None) -> None:
    """Write the clip again and again, of this size or its own, until it lasts so long."""
    with av.open(clip) as incoming:
        picture = incoming.streams.video[0]
        width, height = size or (picture.width, picture.height)
    with av.open(target, "w") as outgoing:
        rate = Fraction(30)
        encoder = outgoing.add_stream("libx264", rate=rate)
        encoder.width, encoder.height = width, height
        encoder.pix_fmt, encoder.time_base = "yuv420p", 1 / rate
        encoder.options = {"preset": "veryfast", "crf": "20"}
        number = 0
        while number < seconds * rate:
            with av.open(clip) as incoming:
                for frame in incoming.decode(video=0):
                    small = frame.reformat(width, height, format="yuv420p")
                    small.pts, small.time_base = number, 1 / rate
                    outgoing.mux(encoder.encode(small))
                    number += 1
        outgoing.mux(encoder.encode(None))


def _row(name: str, values: Sequence[float], unit: str) -> str:
    middle = statistics.median(values)
    return f"  {name:<20} {middle:8.2f} ({min(values):.2f} to {max(values):.2f}) {unit}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
