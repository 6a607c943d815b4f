"""Hundreds of broken files: each is read or refused, and none takes the process with it."""

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from tests.media import mutants
from tests.media.clips import Recipe, Sound, make

SEED = 20261120
MUTANTS = 40
"""Of each file."""
MILLI = Fraction(1, 1000)
SIZE = (48, 32)

VICTIMS = {
    "a.mp4": Recipe(options={"preset": "veryfast", "bf": "2"}, sounds=(Sound(),)),
    "b.mkv": Recipe(container="matroska", time_base=MILLI, sounds=(Sound(codec="libopus"),)),
    "c.avi": Recipe(
        container="avi",
        codec="mpeg4",
        time_base=Fraction(1, 25),
        options={},
        sounds=(Sound(codec="pcm_s16le", rate=8000, layout="mono"),),
    ),
    "d.ts": Recipe(container="mpegts", time_base=Fraction(1, 90000), sounds=(Sound(),)),
    "e.gif": Recipe(
        container="gif", codec="gif", pixel_format="rgb8", time_base=Fraction(1, 100), options={}
    ),
    "f.flv": Recipe(container="flv", codec="flv1", time_base=MILLI, options={}),
    "g.mov": Recipe(container="mov", codec="mjpeg", pixel_format="yuvj422p", options={}),
    "h.wmv": Recipe(container="asf", codec="wmv2", time_base=MILLI, options={}),
    "i.mpg": Recipe(container="mpeg", codec="mpeg2video", time_base=Fraction(1, 30), options={}),
    "j.mxf": Recipe(container="mxf", codec="mpeg2video", time_base=Fraction(1, 25), options={}),
    "k.y4m": Recipe(
        container="yuv4mpegpipe", codec="wrapped_avframe", time_base=Fraction(1, 30), options={}
    ),
    "l.webm": Recipe(
        container="webm",
        codec="libvpx-vp9",
        time_base=MILLI,
        options={"deadline": "realtime", "cpu-used": "8"},
    ),
}


@pytest.fixture(scope="module")
def victims(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("victims")
    paths = []
    for name, recipe in VICTIMS.items():
        path = folder / name
        path.write_bytes(make(_small(recipe)))
        paths.append(path)
    return paths


def test_no_mutant_ends_in_anything_but_a_video_or_a_refusal(victims: list[Path]) -> None:
    command = [sys.executable, str(mutants.__file__), str(SEED), str(MUTANTS), *map(str, victims)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603 - our own program

    # The last line names the mutant that was being read.
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert "refused" in ended.stdout


def _small(recipe: Recipe) -> Recipe:
    return replace(recipe, size=SIZE, frames=12)
