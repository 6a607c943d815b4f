"""
Build the three model services as Bentos: what `bentoml containerize`, or a plain image builder,
makes images of.

    python -m tools.bentos [FOLDER]

Needs no network: a Bento holds the package and the list of what it needs, with digests; the image
builder installs that.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
BIN: Final = Path(sys.executable).parent
LOCK: Final = "requirements.server.lock"

MODELS: Final = {
    "detection": "swaddle.entrypoints.bento.detection:Detection",
    "identity": "swaddle.entrypoints.bento.identity:Identity",
    "swapping": "swaddle.entrypoints.bento.swapping:Swapping",
}
"""The services that own a model: BentoML serves them."""

ENVIRONMENT: Final = {
    "BENTOML_DO_NOT_TRACK": "True",  # usage is nobody's business
    "BENTOML_DISABLE_GPU_ALLOCATION": "1",  # Kubernetes hands out devices
}


def build(room: Path) -> Sequence[str]:
    """Build all services below a folder, which becomes the BENTOML_HOME; return their tags."""
    package = wheel(room / "wheels")
    return [_built(room, name, target, package) for name, target in MODELS.items()]


def wheel(folder: Path) -> Path:
    """Build the package into a folder; return the file."""
    making = [str(BIN / "python"), "-m", "pip", "wheel", "--quiet", "--no-deps"]
    making += ["--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(making, check=True)  # noqa: S603 - our own arguments
    (made,) = folder.glob("swaddle-*.whl")
    return made


def _built(room: Path, name: str, target: str, package: Path) -> str:
    context = room / "contexts" / name
    context.mkdir(parents=True, exist_ok=True)
    for file in (package, ROOT / LOCK):
        shutil.copy(file, context / file.name)
    (context / "bentofile.yaml").write_text(
        json.dumps(_bentofile(name, target, package), indent=2)
    )
    building = [str(BIN / "bentoml"), "build", "--version", version("swaddle"), "-o", "tag"]
    done = subprocess.run(  # noqa: S603 - our own arguments
        building,
        cwd=context,
        env={**os.environ, **ENVIRONMENT, "BENTOML_HOME": str(room)},  # noqa: TID251 - handed on
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout.strip().removeprefix("__tag__:")


def _bentofile(name: str, target: str, package: Path) -> Mapping[str, Any]:
    """Return a bentofile; JSON is YAML."""
    return {
        "service": target,
        "name": f"swaddle-{name}",
        "include": ["bentofile.yaml"],
        "python": {
            "requirements_txt": f"./{LOCK}",
            "lock_packages": False,  # they are
            "wheels": [package.name],
        },
        "docker": {"python_version": "3.11"},
        "envs": [{"name": key, "value": value} for key, value in ENVIRONMENT.items()],
    }


def main() -> Iterator[str]:
    """Build, and say what."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build/bentos")
    room = parser.parse_args().folder.absolute()
    shutil.rmtree(room, ignore_errors=True)
    for tag in build(room):
        yield f"{tag} in {room}"


if __name__ == "__main__":
    for line in main():
        print(line)
