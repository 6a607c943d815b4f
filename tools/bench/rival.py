"""deface, in an environment of its own."""

import json
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from swaddle.adapters.pyav.encoding import LEFT_OUT
from swaddle.settings import Settings

PACKAGES: Final = ("deface==1.5.0", "onnx", "onnxruntime")
HOME: Final = Path("build/deface")


def command(clip: Path, output: Path) -> Sequence[str]:
    """Return the command that blurs a clip with deface's defaults and our encoder's settings."""
    program = HOME / "bin" / "deface"
    if not program.is_file():
        print(f"installing {PACKAGES[0]} into {HOME}", flush=True)
        venv.create(HOME, with_pip=True)
        pip = [str(HOME / "bin" / "python"), "-m", "pip", "install", "--quiet", *PACKAGES]
        subprocess.run(pip, check=True, stdout=sys.stderr)  # noqa: S603 - our own arguments
    settings = Settings()
    quality = ["-crf", str(settings.crf), "-preset", settings.preset]
    if left_out := LEFT_OUT.get(settings.preset):
        quality += ["-x264-params", ":".join(left_out)]
    encoder = json.dumps({"codec": "libx264", "output_params": quality})
    return [str(program), str(clip), "--output", str(output), "--ffmpeg-config", encoder]
