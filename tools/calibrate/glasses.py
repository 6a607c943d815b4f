"""Which glasses are dark."""

from collections.abc import Iterator
from itertools import product
from typing import Final

from swaddle import bootstrap
from swaddle.linking.dark_glasses import darkness
from tools.face_space.pictures import Face, curated, located
from tools.recall.conditions import SKINS

from . import material
from .measuring import Bench, Measurement, Sides
from .operating import Acts

THROUGH: Final = (0.05, 0.2)
"""Of the light, which comes back through dark glasses."""

YAWS: Final = (0.0, 25.0)


def measure(bench: Bench) -> Iterator[Measurement]:
    """Look at the eyes of synthetic people, of whom somebody has said what they wear, and of rendered ones."""
    rendered, pictures = material.rendered(), material.Counted("synthetic faces", "pictures")
    sides = Sides(
        "linking.dark_glasses.DARK",
        Acts.FROM,
        "how much darker than the skin either eye and what is around it is, nearly everywhere",
        "dark glasses",
        "no glasses, or clear ones",
    )
    for person, skin, yaw in product(range(bench.people), SKINS, YAWS):
        for light in THROUGH:
            seen = _rendered(person, SKINS[skin], light, yaw, rendered)
            sides.guard(seen, f"{person} {skin} {light} {yaw}")
        sides.spare(_rendered(person, SKINS[skin], 1.0, yaw, rendered), f"{person} {skin} {yaw}")
    for face in _synthetic(bench):
        pictures.take(face.image)
        told = sides.guard if "dark_glasses" in face.picture.flags else sides.spare
        told(darkness(material.texture(face.image, face.landmarks)), face.picture.name)
    yield sides.done(rendered.data, pictures.data)


def _synthetic(bench: Bench) -> Iterator[Face]:
    models = bootstrap.face_detector(bench.settings), bootstrap.face_landmarker(bench.settings)
    yield from located(material.synthetic_faces(bench), curated(), *models)


def _rendered(
    person: int, skin: tuple[int, int, int], glasses: float, yaw: float, counted: material.Counted
) -> float:
    picture, mesh = material.somebody(person, yaw, skin=skin, glasses=glasses)
    counted.take(picture)
    return darkness(material.texture(picture, mesh))
