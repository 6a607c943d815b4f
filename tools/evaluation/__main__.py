"""
Anonymize every development clip, measure it, and print the figures beside what they must be.

    python -m tools.evaluation [--clips FOLDER] [--output build/evaluation] [CLIP ...]

Identities are drawn with a fixed key: the same code gives the same figures. Each clip also gets
its report, table and page, and a contact sheet to look at.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from swaddle.entrypoints import api
from swaddle.entrypoints.evaluating import VIDEOS, evaluate, write
from swaddle.evaluation.result import Evaluation
from tools.evaluation.sheets import sheet

CLIPS: Final = Path("../shared/data/videos")
KEY: Final = bytes(range(32))


@dataclass(frozen=True, slots=True)
class Must:
    """What a figure has to reach."""

    figure: str
    limit: float
    at_most: bool = False
    of_copy: bool = False
    """The limit is a share of what a plain new encoding reaches."""

    def judged(self, told: Evaluation) -> tuple[float, float, bool] | None:
        """Return the figure, its limit, and whether it is reached; None where it is unknown."""
        figure = told.figure(self.figure)
        if figure.measured is None or (self.of_copy and figure.reencoded is None):
            return None
        copy = figure.reencoded.value if self.of_copy and figure.reencoded else 1.0
        limit, value = self.limit * copy, figure.measured.value
        return value, limit, value <= limit if self.at_most else value >= limit


MUSTS: Final = (
    Must("exposed_faces", 0, at_most=True),
    Must("frozen_frames", 0, at_most=True),
    Must("landmark_correlation", 0.99),
    Must("landmark_correlation_in_face", 0.90),
    Must("head_pose_difference", 3, at_most=True),
    Must("detector_precision", 0.98, of_copy=True),
    Must("body_pose_precision", 0.99, of_copy=True),
    Must("eye_openness_correlation", 0.9),
    Must("mouth_openness_correlation", 0.9),
    Must("gaze_correlation", 0.9),
    Must("flicker", 1.1, at_most=True),
    Must("psnr_outside", 45),
)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="CLIP", help="begin of a name; default: all")
    parser.add_argument("--clips", type=Path, default=CLIPS)
    parser.add_argument("--output", type=Path, default=Path("build/evaluation"))
    arguments = parser.parse_args()
    if not arguments.clips.is_dir():
        print(f"{arguments.clips} is not here; give a folder with --clips FOLDER.")
        return 2
    arguments.output.mkdir(parents=True, exist_ok=True)
    for clip in sorted(arguments.clips.iterdir()):
        wanted = not arguments.names or any(clip.name.startswith(n) for n in arguments.names)
        if clip.suffix in VIDEOS and wanted:
            _one(clip, arguments.output)
    return 0


def _one(clip: Path, folder: Path) -> None:
    key, output = folder / "seed.key", folder / f"{clip.stem}.mp4"
    key.write_bytes(KEY)
    api.anonymize(clip, output, seed_key=key, overwrite=True)
    judged = evaluate(clip, output)
    write(judged, folder)
    (folder / f"{clip.stem}.sheet.png").write_bytes(sheet(clip, output, judged.material))
    _print(judged.evaluation)


def _print(told: Evaluation) -> None:
    print(f"\n{told.name}: {told.frames} frames, {told.faces} faces, {told.subjects} people")
    print("| figure | measured | must | re-encoded | |\n|---|--:|--:|--:|---|")
    similar, strangers = (told.figure(n).measured for n in ("similarity_to_source", "strangers"))
    if similar is not None and strangers is not None:
        reached = similar.value <= strangers.value
        _line("similarity_to_source", similar.value, f"<= {strangers.value:.3f}", None, reached)
    for must in MUSTS:
        found, figure = must.judged(told), told.figure(must.figure)
        copy = None if figure.reencoded is None else figure.reencoded.value
        if found is None:
            print(f"| {must.figure} | - | | | the clip does not tell |")
            continue
        value, limit, reached = found
        _line(must.figure, value, f"{'<=' if must.at_most else '>='} {limit:.3f}", copy, reached)


def _line(name: str, value: float, must: str, copy: float | None, reached: bool) -> None:  # noqa: FBT001 - a cell of the table
    copied = "" if copy is None else f"{copy:.3f}"
    print(
        f"| {name} | {value:.3f} | {must} | {copied} | {'yes' if reached else 'no'} |", flush=True
    )


if __name__ == "__main__":
    sys.exit(main())
