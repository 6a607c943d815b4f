"""
Learn the canonical face, the face space and the recogniser's scale.

    python -m tools.face_space.learn ../shared/data/synthetic_faces/images

Writes services/swaddle/kernel/canonical_face.py, adapters/appearance/face_space.npz and
adapters/dlib/recogniser.json. Everything is deterministic.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from swaddle.adapters.dlib.network import WIDTH
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Floats
from swaddle.settings import Settings
from tools.face_space import opening, pictures, recogniser, shapes

PACKAGE = Path(__file__).resolve().parents[2] / "services" / "swaddle"
DLIB = "dlib://"
"""The recogniser whose scale swaddle brings along."""

YOUNG_OR_NOT = (("young", True), ("adult", False))


def main() -> None:
    """Learn everything from a folder of pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--canonical", action="store_true", help="learn the canonical face, too")
    arguments = parser.parse_args()
    faces = located(arguments.pictures)
    training = [face for face in faces if not face.picture.held_out]
    print(f"{len(faces)} faces, {len(training)} to learn from")
    if arguments.canonical:
        meshes = [face.landmarks for face in training if shapes.fit_for_shape(face)]
        _write_canonical(shapes.canonical_face(meshes))
        print(
            "wrote the canonical face; run `make docs`, for its triangles, then again without --canonical"
        )
        return
    _write_space(training)
    _write_scale(faces)


def located(folder: Path) -> list[pictures.Face]:
    """Return the curated pictures of a folder with their meshes."""
    from swaddle import bootstrap  # noqa: PLC0415 - the adapters need the canonical face

    settings = Settings()
    detector = bootstrap.face_detector(settings)
    landmarker = bootstrap.face_landmarker(settings)
    return list(pictures.located(folder, pictures.curated(), detector, landmarker))


def _write_canonical(points: Floats) -> None:
    rows = [f"({x:.2f}, {y:.2f}, {z:.2f})," for x, y, z in points]
    lines = "\n".join(f"    *({' '.join(rows[i : i + 3])})," for i in range(0, len(rows), 3))
    (PACKAGE / "kernel" / "canonical_face.py").write_text(
        '"""Written by tools/face_space/learn.py: the mean mesh of synthetic people, symmetric."""\n\n'
        "from typing import Final\n\n"
        f"POINTS: Final = (\n{lines}\n)\n"
        '"""x, y, z of the 468 points, in texture pixels."""\n'
    )


def _write_space(training: list[pictures.Face]) -> None:
    from swaddle.kernel.texture_space import pose  # noqa: PLC0415 - needs the canonical face
    from tools.face_space import textures  # noqa: PLC0415 - likewise

    arrays: dict[str, Floats] = {}
    fit = [face for face in training if shapes.fit_for_shape(face)]
    meshes = [pose(face.landmarks)(face.landmarks) for face in fit]
    groups = [face.picture.group for face in fit]
    for group in AgeGroup:
        own = [m for m, g in zip(meshes, groups, strict=True) if g is group]
        arrays[f"shape_mean_{group}"] = np.mean(own, axis=0).astype(np.float32)
    details = [textures.texture_of(face) for face in training if textures.fit_for_texture(face)]
    average = textures.means(details)
    for group in AgeGroup:
        arrays[f"texture_mean_{group}"] = average[group].astype(np.float16)
        count = sum(t.group is group for t in details)
        print(f"{group}: {groups.count(group)} shapes, {count} textures")
    for kind, young in YOUNG_OR_NOT:
        _, components = shapes.shape_components(meshes, groups, young=young)
        arrays[f"shape_components_{kind}"] = components.astype(np.float32)
        luma = textures.luma_components(details, average, young=young)
        scale = np.abs(luma).max(axis=(1, 2)) / 127
        arrays[f"luma_components_{kind}"] = np.rint(luma / scale[:, None, None]).astype(np.int8)
        arrays[f"luma_scale_{kind}"] = scale.astype(np.float32)
        chroma = textures.chroma_components(details, average, young=young)
        arrays[f"chroma_components_{kind}"] = chroma.astype(np.float16)
        # Nothing is foreseen until `tools.face_space.tendencies` has looked at these people.
        coefficients = len(components) + len(luma) + len(chroma)
        arrays[f"tendencies_{kind}"] = np.zeros((coefficients, WIDTH), np.float16)
    target = PACKAGE / "adapters" / "appearance" / "face_space.npz"
    np.savez_compressed(target, allow_pickle=False, **arrays)
    print(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB")


def _write_scale(faces: list[pictures.Face]) -> None:
    embedder = opening.open_recogniser(DLIB)
    people = [face.picture for face in faces]
    known, vectors = recogniser.scale(recogniser.seen(embedder, faces), people)
    held = np.array([person.held_out for person in people])
    print(
        *("strangers", known["strangers"]),
        *("ages of held-out faces", known["age_confusion_held_out"]),
    )
    source = "held-out synthetic faces, tools/face_space/learn.py"
    scale = {"source": source, **opening.described(DLIB), **known}
    target = PACKAGE / "adapters" / "dlib" / "recogniser.json"
    target.write_text(json.dumps(scale, indent=1) + "\n")
    # A gallery for re-identification: people that neither the space nor its users ever saw.
    np.savez_compressed(
        target.with_name("gallery.npz"),
        vectors=vectors[held].astype(np.float16),
        groups=np.array([p.group.value for p in people])[held],
    )


if __name__ == "__main__":
    main()
