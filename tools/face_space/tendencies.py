"""
Learn how the coefficients of a synthetic person move the recogniser's vector.

    python -m tools.face_space.tendencies ../shared/data/synthetic_faces/images

Needs the face space and the scale of `tools.face_space.learn`, and adds to the former what the
choice of identities predicts with. Deterministic.
"""

import argparse
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from swaddle import bootstrap
from swaddle.adapters.appearance.identity_generator import AppearanceIdentityGenerator
from swaddle.identity.ports import Portrait, Preview, PreviewRequest
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import IdentityPlan
from swaddle.kernel.ports import FaceEmbedder
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import pose, unwrap, with_forehead
from swaddle.linking.reference import logs_of, skin_of
from swaddle.settings import Settings
from tools.face_space import pictures

SPACE: Final = Path(bootstrap.__file__).parents[1] / "adapters" / "appearance" / "face_space.npz"
SHIPPED: Final = str(Settings.model_fields["embedder_url"].default)
"""The space holds the tendencies of the recogniser that swaddle brings, whatever is chosen."""
UNFIT: Final = {"glasses", "broken", "turned", "occluded", "monochrome"}

BASES: Final = 36
"""Real pictures per kind on which people are tried."""
PEOPLE: Final = 40
"""Synthetic people per picture."""
RIDGE: Final = 100.0
"""Weight decay; 30 to 300 explain the same share of the variance of held-out pictures."""

KINDS: Final = {
    "young": (AgeGroup.INFANT, AgeGroup.CHILD),
    "adult": (AgeGroup.ADULT,),
}


def main() -> None:
    """Learn from a folder of pictures; print what is explained on pictures not learned from."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    folder = parser.parse_args().pictures
    with np.load(SPACE) as stored:
        arrays = dict(stored)
    for kind, groups in KINDS.items():
        learned = _tried(folder, groups, held_out=False)
        slopes = _fitted(learned)
        explained, agreement = _judged(_tried(folder, groups, held_out=True), slopes)
        print(f"{kind}: {explained:.2f} of the variance explained on held-out pictures,")
        print(
            f"  correlation of predicted with actual similarity to the real face {agreement:.2f}"
        )
        arrays[f"tendencies_{kind}"] = slopes.astype(np.float16)
    np.savez_compressed(SPACE, **arrays)


def _tried(
    folder: Path, groups: tuple[AgeGroup, ...], *, held_out: bool
) -> list[tuple[Floats, Floats, Floats]]:
    """Return per picture: coefficients (p, n), vectors (p, 128), the real face's vector (128,)."""
    settings = Settings(embedder_url=SHIPPED, recognition_file=None)
    embedder = bootstrap.face_embedder(settings)
    wanted = suited(groups, held_out=held_out)
    count = BASES // 3 if held_out else BASES
    faces = pictures.located(
        folder,
        wanted[:count],
        bootstrap.face_detector(settings),
        bootstrap.face_landmarker(settings),
    )
    return [_people_on(face, number, embedder) for number, face in enumerate(faces)]


def suited(groups: Collection[AgeGroup], *, held_out: bool) -> list[pictures.Picture]:
    """Return the pictures of these ages on which people can be painted."""
    return [
        picture
        for picture in pictures.curated()
        if picture.held_out is held_out and picture.group in groups and not picture.flags & UNFIT
    ]


def _people_on(
    face: pictures.Face, number: int, embedder: FaceEmbedder
) -> tuple[Floats, Floats, Floats]:
    seeds = [number.to_bytes(16, "big") + p.to_bytes(16, "big") for p in range(PEOPLE)]
    people, seen = zip(*painted(face, seeds), strict=True)
    own = embedder.embed([(face.image, face.landmarks)])[0]
    return np.array([_coefficients(p) for p in people]), embedder.embed(seen), own


def painted(
    face: pictures.Face, seeds: Sequence[bytes]
) -> list[tuple[IdentityPlan, Preview | None]]:
    """Return the people that some seeds stand for, each as it looks in the place of a face."""
    generator, group, shown = AppearanceIdentityGenerator(), face.picture.group, portrait(face)
    people = [generator.invent(seed, group, 0) for seed in seeds]
    return [(p, generator.preview([PreviewRequest(p, group, shown)])[0]) for p in people]


def _coefficients(person: IdentityPlan) -> Floats:
    return np.array([*person.shape, *person.texture])


def portrait(face: pictures.Face) -> Portrait:
    """Return a picture as the identity service gets those of a subject."""
    landmarks = face.landmarks.astype(np.float64)
    place = pose(landmarks)
    detail = unwrap(face.image, with_forehead(landmarks, place), TEXTURE_CELLS)
    skin = skin_of(logs_of(detail))
    return Portrait(face.image, landmarks, place(landmarks), skin.contrast, skin.stays)


def _fitted(tried: list[tuple[Floats, Floats, Floats]]) -> Floats:
    """Return (n, 128): by ridge regression, each picture's mean vector taken away."""
    coefficients = np.concatenate([c for c, _, _ in tried])
    vectors = np.concatenate([v - v.mean(axis=0) for _, v, _ in tried])
    gram = coefficients.T @ coefficients + RIDGE * np.eye(coefficients.shape[1])
    return np.linalg.solve(gram, coefficients.T @ vectors)


def _judged(tried: list[tuple[Floats, Floats, Floats]], slopes: Floats) -> tuple[float, float]:
    """Return the share of the variance explained, and how well similarities are predicted."""
    moved = np.concatenate([v - v.mean(axis=0) for _, v, _ in tried])
    predicted = np.concatenate([c @ slopes for c, _, _ in tried])
    explained = 1 - ((moved - predicted) ** 2).sum() / (moved**2).sum()
    agreements = [np.corrcoef(c @ slopes @ own, v @ own)[0, 1] for c, v, own in tried]
    return float(explained), float(np.mean(agreements))


if __name__ == "__main__":
    main()
