"""The material: rendered people, held-out synthetic faces, the development clips."""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from swaddle import bootstrap
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import Frame, Image, still
from swaddle.kernel.geometry import Box, Floats
from swaddle.kernel.tables import TEXTURE_CELLS
from swaddle.kernel.texture_space import pose, unwrap, with_forehead
from swaddle.linking.reference import logs_of
from swaddle.scenes.catalogue import SCENES
from swaddle.scenes.rendering import FaceTruth, Moment, render
from swaddle.scenes.scene import Actor, HeadKey, Occluder, Scene, Shot
from swaddle.settings import Settings
from tools.face_space.pictures import BORDER, Picture, curated
from tools.recall.conditions import Condition, conditions

from .measuring import Bench, Data

DIGITS: Final = 12
INFANT: Final = "infant_blanket_000056_segment.mp4"

SMALLEST: Final = 24.0
LARGEST_HAND: Final = 0.5
"""What a single frame is asked for: docs/reference/recall.md says why not more."""

TURNED: Final = 75.0
INSIDE: Final = 0.98
HIDDEN: Final = 0.2
"""Degrees of yaw, shares in the picture and behind something of a face that is plain to see; more
is doubtful by itself (linking.doubt)."""

BEHIND: Final = 130.0
"""Degrees of yaw from which a head shows nothing of its face."""

UNFIT: Final = "broken"
"""Flag of pictures that show no whole face (tools/face_space/curation.csv)."""


@dataclass(slots=True)
class Counted:
    """Counts pictures and takes their digest."""

    name: str
    what: str
    _count: int = 0
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def take(self, picture: Image) -> None:
        """Take a picture."""
        self._count += 1
        self._digest.update(np.ascontiguousarray(picture).data)

    @property
    def data(self) -> Data:
        """What was taken."""
        return Data(self.name, f"{self._count} {self.what}", self._digest.hexdigest()[:DIGITS])


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A rendered person in a frame."""

    name: str
    condition: Condition
    frame: Frame
    truth: FaceTruth


def people(bench: Bench, counted: Counted, wanted: Callable[[Condition], bool]) -> Iterator[Shown]:
    """Yield every person under every wanted condition of tools/recall."""
    source = bootstrap.looks_source()
    for condition in conditions():
        if not wanted(condition):
            continue
        for person in range(bench.people):
            (moment,) = render(condition.scene(person), source)
            picture = condition.spoil(moment.picture)
            counted.take(picture)
            name = f"{condition.kind} {condition.value} {person}"
            yield Shown(name, condition, still(picture), moment.faces[0])


def plain(face: FaceTruth) -> bool:
    """Return whether a face of a scene can be seen by anybody."""
    return abs(face.yaw) <= TURNED and face.inside >= INSIDE and face.occluded <= HIDDEN


def within_reach(condition: Condition) -> bool:
    """Return whether a single frame is asked for such faces."""
    return condition.size >= SMALLEST and condition.hand <= LARGEST_HAND


def scenes(counted: Counted, every: int = 1) -> Iterator[tuple[str, Moment]]:
    """Yield frames of the named scenes, and whose they are."""
    for name in sorted(SCENES):
        for moment in moments(name)[::every]:
            counted.take(moment.picture)
            yield name, moment


@cache
def moments(name: str) -> tuple[Moment, ...]:
    """Return every frame of a named scene."""
    return tuple(render(SCENES[name], bootstrap.looks_source()))


def other_people(name: str, count: int, hand: float = 1.0) -> Iterator[tuple[int, Moment]]:
    """Yield the frames of a scene with other people, and hands so many times as large."""
    for person in range(count):
        shots = tuple(
            replace(
                shot,
                actors=tuple(replace(a, seed=person.to_bytes(32, "big")) for a in shot.actors),
                occluders=tuple(_larger(occluder, hand) for occluder in shot.occluders),
            )
            for shot in SCENES[name].shots
        )
        for moment in render(replace(SCENES[name], shots=shots), bootstrap.looks_source()):
            yield person, moment


def _larger(occluder: Occluder, factor: float) -> Occluder:
    keys = tuple(replace(key, size=key.size * factor) for key in occluder.keys)
    return replace(occluder, keys=keys)


def somebody(
    person: int,
    yaw: float,
    **looks: Any,  # noqa: ANN401 - of any field
) -> tuple[Image, Floats]:
    """Return a picture of an adult whose face fills half of it, and the mesh; `looks`: fields of Actor."""
    actor = Actor(
        name="one",
        seed=person.to_bytes(32, "big"),
        group=AgeGroup.ADULT,
        keys=(HeadKey(time=0, x=0.5, y=0.5, size=0.5, yaw=yaw),),
        **looks,
    )
    scene = Scene(name="one", shots=(Shot(seconds=0.02, actors=(actor,)),), width=480, height=360)
    (moment,) = render(scene, bootstrap.looks_source())
    return moment.picture, moment.faces[0].landmarks


def texture(picture: Image, mesh: Floats) -> Floats:
    """Return the logarithm of the colours of a face: (48, 48, 3)."""
    return logs_of(unwrap(picture, with_forehead(mesh, pose(mesh)), TEXTURE_CELLS))


def synthetic_faces(bench: Bench) -> Path:
    """Return the folder with the pictures of synthetic people."""
    return bench.shared / "data/synthetic_faces/images"


def held_out(bench: Bench, counted: Counted, every: int = 1) -> Iterator[tuple[Picture, Frame]]:
    """Yield every so manyth synthetic face that nothing was learned from, with a border."""
    folder = synthetic_faces(bench)
    fit = [p for p in curated() if p.held_out and UNFIT not in p.flags]
    for picture in fit[::every]:
        path = folder / f"{picture.name}.jpg"
        image = cv2.imread(str(path))  # noqa: TID251 - a tool
        if image is None:
            raise FileNotFoundError(path)
        counted.take(image)
        yield (
            picture,
            still(cv2.copyMakeBorder(image, BORDER, BORDER, BORDER, BORDER, cv2.BORDER_REPLICATE)),
        )


def clips(bench: Bench) -> list[Path]:
    """Return the development clips."""
    return sorted((bench.shared / "data/videos").iterdir())


def frames(settings: Settings, path: Path, every: int = 1) -> Iterator[Frame]:
    """Yield frames of a video."""
    reader = bootstrap.video_reader(settings)
    with path.open("rb") as stream:
        layout = reader.probe(stream)
        for frame in reader.frames(stream, layout, 0, layout.profile.frames - 1):
            if frame.number % every == 0:
                yield frame


def file_data(path: Path, what: str) -> Data:
    """Return a file as material."""
    return Data(path.name, what, hashlib.sha256(path.read_bytes()).hexdigest()[:DIGITS])


def rendered(name: str = "rendered people (tools/recall)", what: str = "pictures") -> Counted:
    """Return a count for rendered pictures."""
    return Counted(name, what)


def elsewhere(frame: Frame, taken: list[Box], size: float, seed: int, count: int = 2) -> list[Box]:
    """Return places of a size where nobody is; the same each time."""
    random = np.random.default_rng(seed)
    found: list[Box] = []
    for _ in range(20 * count):
        x, y = random.uniform(0, [max(frame.width - size, 1), max(frame.height - size, 1)])
        box = Box(x, y, x + size, y + size)
        if len(found) < count and all(box.intersection(other) == 0 for other in taken):
            found.append(box)
    return found


@contextmanager
def copy(settings: Settings, path: Path, shown: Iterable[Frame]) -> Iterator[Iterator[Frame]]:
    """Yield frames, in the layout of a video, after the encoder that anonymized videos go through."""
    reader, writer = bootstrap.video_reader(settings), bootstrap.video_writer(settings)
    with path.open("rb") as stream:
        layout = reader.probe(stream)
    with tempfile.TemporaryFile() as part, tempfile.TemporaryFile() as whole:
        writer.encode(shown, layout, part)
        part.seek(0)
        writer.join([part], None, layout, "mp4", whole)
        whole.seek(0)
        yield reader.frames(whole, reader.probe(whole), 0, layout.profile.frames - 1)
