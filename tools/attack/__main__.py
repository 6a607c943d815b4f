"""
Attack every method with somebody who has learned to undo it.

    python -m tools.attack ../shared/data/synthetic_faces/images [--people N]

Each held-out synthetic person is anonymized by each method in a picture of its own. An attacker
who knows the method, and where the face is, learns from half of the people what the recogniser
said of them before, and looks for the others. Takes four minutes.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np

from swaddle import bootstrap
from swaddle.adapters.appearance.identity_generator import AppearanceIdentityGenerator
from swaddle.identity.choosing import CANDIDATES, Chooser, Surroundings
from swaddle.identity.ports import PreviewRequest
from swaddle.kernel.faces import Mesh
from swaddle.kernel.frames import Frame, Image, Patch, still
from swaddle.kernel.geometry import Box, Floats
from swaddle.kernel.ports import FaceEmbedder
from swaddle.kernel.seeds import seed
from swaddle.settings import Settings
from swaddle.swapping.hiding import blackout, blur, cover, pixelate
from tools.attack.learning import attacked
from tools.face_space import pictures
from tools.face_space.tendencies import portrait

KEY: Final = bytes(range(32))
HEAD: Final = 1.3
"""Heads are so much larger than meshes; what `linking` adds on a clear face."""

HIDING: Final[dict[str, Callable[[Frame, Box], Patch | None]]] = {
    "blur": blur,
    "pixelate": pixelate,
    "cover": cover,
    "blackout": blackout,
}


def main() -> int:
    """Attack, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--people", type=int, default=None, help="fewer, for a quick look")
    arguments = parser.parse_args()
    settings = Settings()
    embedder = bootstrap.face_embedder(settings)
    models = bootstrap.face_detector(settings), bootstrap.face_landmarker(settings)
    faces = list(pictures.held_out(arguments.pictures, *models))[: arguments.people]
    real = _seen(embedder, [(face.image, face.landmarks) for face in faces])
    print(f"{len(faces)} people; chance at rank 1: {2 / len(faces):.1%}")
    print("| method | rank 1, compared | rank 1, learned | 95 % interval | rank 5, learned |")
    print("|---|--:|--:|--:|--:|")
    for name, made in _anonymized(faces, real, settings):
        found = attacked(_seen(embedder, made), real)
        print(
            f"| {name} | {found.plain:.1%} | {found.first:.1%} | {found.low:.1%} to "
            f"{found.high:.1%} | {found.fifth:.1%} |",
            flush=True,
        )
    return 0


def _anonymized(
    faces: list[pictures.Face], real: Floats, settings: Settings
) -> Iterator[tuple[str, list[tuple[Image, Floats]]]]:
    yield "nothing", [(face.image, face.landmarks) for face in faces]
    for name, hide in HIDING.items():
        yield name, [_hidden(face, hide) for face in faces]
    yield "synthetic", [_swapped(i, face, real[i], settings) for i, face in enumerate(faces)]


def _hidden(
    face: pictures.Face, hide: Callable[[Frame, Box], Patch | None]
) -> tuple[Image, Floats]:
    frame = still(face.image)
    patch = hide(frame, Mesh(face.landmarks, 1.0).box.grown(HEAD))
    return frame.painted([patch] if patch is not None else []).bgr(), face.landmarks


def _swapped(
    number: int, face: pictures.Face, own: Floats, settings: Settings
) -> tuple[Image, Floats]:
    """Return the face after the choice of an identity, as in a video with this one portrait."""
    generator, shown = AppearanceIdentityGenerator(), portrait(face)
    scale = bootstrap.recognition_scale(settings)
    chooser = Chooser(generator, bootstrap.face_embedder(settings), scale)
    group = scale.age_of(own[None])
    seeds = ((n, seed(KEY, b"attack", str(number), "s01", n)) for n in range(CANDIDATES))
    around = Surroundings(own=own[None], others=[])
    chosen = chooser.choose(seeds, group, [shown], around)
    (made,) = generator.preview([PreviewRequest(chosen.identity, group, shown)])
    if made is None:
        raise SystemExit(f"Nobody can be painted onto the picture of {face.picture.name}.")
    return made


def _seen(embedder: FaceEmbedder, faces: list[tuple[Image, Floats]]) -> Floats:
    return np.concatenate([embedder.embed([face]) for face in faces])


if __name__ == "__main__":
    sys.exit(main())
