"""When an eye is closed."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from swaddle import bootstrap
from swaddle.kernel.faces import Mesh
from swaddle.kernel.frames import still
from swaddle.kernel.measures import EYES, lid_gap
from swaddle.scenes.rendering import render
from tools.recall.conditions import Condition

from . import material
from .measuring import Bench, Measurement, Sides
from .operating import Acts
from .searching import settled

SIZES: Final = (96.0, 160.0, 240.0)
YAWS: Final = (0.0, 25.0)


def measure(bench: Bench) -> Iterator[Measurement]:
    """Look at the lids of rendered people with open and with closed eyes."""
    rendered = material.rendered()
    sides = Sides(
        "kernel.measures.CLOSED_BELOW",
        Acts.BELOW,
        "gap between the lids, in widths of the eye",
        "closed eyes: nobody can say where they look",
        "open eyes",
    )
    landmarker = bootstrap.face_landmarker(bench.settings)
    for person in range(bench.people):
        for size in SIZES:
            for yaw in YAWS:
                for blink in (0.0, 1.0):
                    head = {"blink": blink, "yaw": yaw}
                    scene = Condition("blink", "", size=size, head=head).scene(person)
                    (moment,) = render(scene, bootstrap.looks_source())
                    rendered.take(moment.picture)
                    frame = still(moment.picture)
                    region = Mesh(moment.faces[0].landmarks, 1.0).region()
                    mesh, _ = landmarker.look_closer(frame, settled(landmarker, frame, region))
                    flat = np.asarray(mesh.landmarks[None, :, :2], np.float64)
                    for eye in EYES:
                        side = sides.guard if blink else sides.spare
                        side(float(lid_gap(flat, eye)[0]), f"{person} {size} {yaw}")
    yield sides.done(rendered.data)
