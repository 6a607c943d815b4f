"""What is measured, as commands of their own."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from swaddle.entrypoints.cli.exit_codes import ExitCode
from swaddle.settings import Settings

FINISHED: Final = (ExitCode.RELEASED, ExitCode.HELD)
"""How `swaddle anonymize` may end: a video that is held took the same work."""


def anonymize(clip: Path, folder: Path) -> Sequence[str]:
    """Return the whole `swaddle anonymize`, into a folder."""
    swaddle = Path(sys.executable).with_name("swaddle")
    output = folder / "swaddle.mp4"
    return [str(swaddle), "anonymize", str(clip), "--output", str(output), "--overwrite"]


def transcode(clip: Path, folder: Path) -> Sequence[str]:
    """Return a plain transcode at the same quality."""
    output = str(folder / "plain.mp4")
    crf = str(Settings().crf)
    return [sys.executable, "-m", "tools.bench.transcode", str(clip), output, crf]
