"""Which glasses are dark."""

from collections.abc import Iterator
from itertools import product
from typing import Final

from swaddle import bootstrap
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import pose, unwrap, with_forehead
from swaddle.linking.dark_glasses import darkness
from swaddle.linking.reference import logs_of
from swaddle.scenes.rendering import render
from swaddle.scenes.scene import Actor, HeadKey, Scene, Shot
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
        told(_darkness(face.image, face.landmarks), face.picture.name)
    yield sides.done(rendered.data, pictures.data)


def _synthetic(bench: Bench) -> Iterator[Face]:
    models = bootstrap.face_detector(bench.settings), bootstrap.face_landmarker(bench.settings)
    yield from located(material.synthetic_faces(bench), curated(), *models)


def _rendered(
    person: int, skin: tuple[int, int, int], glasses: float, yaw: float, counted: material.Counted
) -> float:
    actor = Actor(
        name="one",
        seed=person.to_bytes(32, "big"),
        group=AgeGroup.ADULT,
        keys=(HeadKey(time=0, x=0.5, y=0.5, size=0.5, yaw=yaw),),
        skin=skin,
        glasses=glasses,
    )
    scene = Scene(name="one", shots=(Shot(seconds=0.02, actors=(actor,)),), width=480, height=360)
    (moment,) = render(scene, bootstrap.looks_source())
    counted.take(moment.picture)
    return _darkness(moment.picture, moment.faces[0].landmarks)


def _darkness(picture: Image, mesh: Floats) -> float:
    texture = unwrap(picture, with_forehead(mesh, pose(mesh)), TEXTURE_CELLS)
    return darkness(logs_of(texture))
