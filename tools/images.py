"""
Prepare what the images of the chart are built from, and say how each is built.

    python -m tools.images [FOLDER]

Needs no network and no container engine: whoever has one runs what is printed.
"""

import argparse
import shutil
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Final

from .bentos import LOCK, ROOT, wheel

DOCKERFILE: Final = ROOT / "images/Dockerfile"

TARGETS: Final = {
    "swaddle": "swaddle",
    "swaddle-detection": "detection",
    "swaddle-identity": "identity",
    "swaddle-swapping": "swapping",
    "swaddle-weights": "weights",
}
"""The repositories of the chart's values, and the stage of the Dockerfile that each is made of."""


def prepare(folder: Path) -> None:
    """Put the package, what it needs by digest, and the recipe into an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    wheel(folder)
    for file in (ROOT / LOCK, DOCKERFILE):
        shutil.copy(file, folder)


def main() -> Iterator[str]:
    """Prepare, and say what comes next."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build/images")
    folder = parser.parse_args().folder.absolute()
    prepare(folder)
    yield "Set CPU_BASE and MODEL_BASE to images with digests (see images/Dockerfile), then:"
    bases = '--build-arg CPU_BASE="$CPU_BASE" --build-arg MODEL_BASE="$MODEL_BASE"'
    release = version("swaddle")
    for repository, target in TARGETS.items():
        options = f"--target {target} --build-arg VERSION={release} --sbom=true"
        yield f"docker buildx build {options} {bases} -t {repository}:{release} {folder}"


if __name__ == "__main__":
    for line in main():
        print(line)
