"""Landmarkers of other schemes, whose points are lifted to the mesh (docs/decisions/0024)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.devices import Device
from swaddle.kernel.faces import (
    LEFT_EYE,
    LEFT_EYE_INNER,
    LEFT_EYE_OUTER,
    RIGHT_EYE,
    RIGHT_EYE_INNER,
    RIGHT_EYE_OUTER,
    Mesh,
)
from swaddle.kernel.frames import Frame, Image
from swaddle.kernel.geometry import Floats, Region
from swaddle.kernel.numbers import require_numbers
from swaddle.kernel.ports import FaceLandmarker

from .detecting import blue_to_one, red_first, red_to_one
from .failing import stopping
from .families import family_called
from .lifting import lifted
from .schemes import IBUG_68, INSIGHTFACE_106, WFLW_98, Scheme
from .sessions import Shape, check_outputs, check_signature, open_session

REGION: Final = 1.5
"""Sides of a region in sizes of the face it holds (`Mesh.region`)."""

SURE_PEAK: Final = 0.9
"""Mean height of 68 peaks that counts as sure (FaceFusion's face_landmarker)."""

STEP: Final = 0.25
"""Cells that a peak is moved towards its higher neighbour (`get_preds_fromhm` of FAN's authors)."""

SECOND_LOOK: Final = (0.06, 1.1, np.deg2rad(10))
"""Of networks that do not say how sure they are: by what share of its side the second region is
moved, how much larger it is, and how far it is turned."""

AGREEMENT: Final = 0.05
SLOPE: Final = 0.005
"""Distance of both looks, in sizes of the face, from which a face is less likely than none, and how
quickly that changes. Measured with MediaPipe's mesh: 99 of 100 looks at faces differ by less than
0.038, no look at 152 other places by less than 0.062."""

IRIS: Final = 0.2
"""Radius of an iris in widths of the eye: the median of 544 eyes that MediaPipe's iris model once saw on
synthetic faces and clips."""


@dataclass(frozen=True, slots=True)
class LandmarkerFamily:
    """What the files of one architecture share."""

    name: str
    scheme: Scheme
    side: int
    """Pixels of the square that it takes."""
    reach: float
    """Side of that square, in sizes of the face."""
    planes: Callable[[Image], NDArray[np.float32]]
    """Turns a BGR picture into what the network takes: (3, side, side)."""
    output: Shape
    """The last dimensions of the output that is read, the last one of the file."""
    read: Callable[[Floats], tuple[Floats, float | None]]
    """Returns the points in 0..1 of the square, and how sure the network is, where it says so."""


def _from_centre(output: Floats) -> tuple[Floats, None]:
    """Read x and y in -1..1 of the square."""
    return (output.reshape(-1, 2) + 1) / 2, None


def _from_corner(output: Floats) -> tuple[Floats, None]:
    """Read x and y in 0..1 of the square."""
    return output.reshape(-1, 2), None


def _from_peaks(output: Floats) -> tuple[Floats, float]:
    """Read heat maps: (n, rows, columns)."""
    count, rows, columns = np.shape(output)[-3:]
    maps = output.reshape(count, rows, columns)
    highest = maps.reshape(count, -1).argmax(axis=1)
    ys, xs = np.unravel_index(highest, (rows, columns))
    number = np.arange(count)
    padded = np.pad(maps, ((0, 0), (1, 1), (1, 1)), mode="edge")
    across = np.sign(padded[number, ys + 1, xs + 2] - padded[number, ys + 1, xs])
    down = np.sign(padded[number, ys + 2, xs + 1] - padded[number, ys, xs + 1])
    places = np.column_stack([xs + STEP * across, ys + STEP * down]) + 0.5
    sure = float(np.clip(maps[number, ys, xs].mean() / SURE_PEAK, 0, 1))
    return places / [columns, rows], sure


INSIGHTFACE: Final = LandmarkerFamily(
    "2d106", INSIGHTFACE_106, 192, 1.5, red_first, (212,), _from_centre
)
"""InsightFace's 2d106det, shown as its model zoo shows it (colours are scaled in the file)."""

FAN: Final = LandmarkerFamily(
    "2dfan4", IBUG_68, 256, 256 / 195, red_to_one, (68, 64, 64), _from_peaks
)
"""Bulat and Tzimiropoulos, "How far are we from solving the 2D & 3D Face Alignment problem?", ICCV
2017; the file has heat maps last, as those of the authors' code and of FaceFusion have."""

SPIGA: Final = LandmarkerFamily("spiga98", WFLW_98, 256, 1.6, blue_to_one, (98, 2), _from_corner)
"""Prados-Torreblanca, Buenaposada, Baumela, "Shape Preserving Facial Landmarks with Graph Attention
Networks", BMVC 2022: exported with its model of the head and its camera as constants."""

FAMILIES: Final = {family.name: family for family in (INSIGHTFACE, FAN, SPIGA)}


@dataclass(frozen=True, slots=True)
class OnnxFaceLandmarker:
    """Runs a landmarker of one of `FAMILIES`."""

    model: Path
    family: str = FAN.name
    device: Device = Device.CPU
    threads: int = 1
    eyes_of: FaceLandmarker | None = field(default=None, repr=False, compare=False)
    """Looks at the eyes where the scheme has no pupils."""
    session: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "session", _open(self))

    def points(self, frame: Frame, region: Region) -> tuple[Floats, float]:
        """
        Return the points of the family's own scheme, in pixels, and how sure it is: (n, 2).

        A network that does not say how sure it is looks twice: what it invents where no face is
        moves with the region, what it sees does not.
        """
        points, sure = self._look(frame, region)
        if sure is not None:
            return points, sure
        shift, growth, turn = SECOND_LOOK
        other = replace(
            region,
            cx=region.cx + shift * region.size,
            cy=region.cy - shift * region.size,
            size=region.size * growth,
            angle=region.angle + float(turn),
        )
        again, _ = self._look(frame, other)
        apart = float(np.hypot(*(points - again).T).mean()) * REGION / region.size
        return points, float(1 / (1 + np.exp((apart - AGREEMENT) / SLOPE)))

    def fit(self, frame: Frame, region: Region) -> Mesh:
        """Return the mesh through the points; where there are none, it is the average face's."""
        points, sure = self.points(frame, region)
        return Mesh(lifted(points, FAMILIES[self.family].scheme), sure)

    def look_closer(self, frame: Frame, mesh: Mesh) -> tuple[Mesh, Floats]:
        """
        Look once more, where the mesh lies.

        A scheme without pupils leaves that to `eyes_of`; where there is none, it puts the irises
        into the middle of the eyes: gaze is not seen then.
        """
        scheme = FAMILIES[self.family].scheme
        landmarks = mesh.landmarks.copy()
        rims = [*LEFT_EYE, *RIGHT_EYE]
        if not scheme.pupils and self.eyes_of is not None:
            seen, pupils = self.eyes_of.look_closer(frame, mesh)
            landmarks[rims, :2] = seen.landmarks[rims, :2]
            return Mesh(landmarks, min(mesh.presence, seen.presence)), pupils
        points, _ = self._look(frame, mesh.region())
        closer = lifted(points, scheme)
        landmarks[rims, :2] = closer[rims, :2]
        corners = ((LEFT_EYE_OUTER, LEFT_EYE_INNER), (RIGHT_EYE_INNER, RIGHT_EYE_OUTER))
        irises = []
        for number, (rim, (start, end)) in enumerate(
            zip((LEFT_EYE, RIGHT_EYE), corners, strict=True)
        ):
            across = closer[end, :2] - closer[start, :2]
            middle = closer[list(rim), :2].mean(axis=0)
            if scheme.pupils:
                middle = points[scheme.pupils[number]]
            down = np.array([-across[1], across[0]])
            arms = np.array([np.zeros(2), across, -down, -across, down])
            irises.append(middle + IRIS * arms)
        return Mesh(landmarks, mesh.presence), np.array(irises, np.float32)

    def _look(self, frame: Frame, region: Region) -> tuple[Floats, float | None]:
        family = FAMILIES[self.family]
        around = replace(region, size=region.size * family.reach / REGION)
        matrix = around.matrix(family.side)
        planes = family.planes(frame.view(matrix, family.side, family.side))
        entry = self.session.get_inputs()[0].name
        with stopping(f"The landmarker {self.model.name}", "a face"):
            output = self.session.run(None, {entry: planes[None]})[-1]
        require_numbers(f"The landmarker {self.model.name}", output)
        points, sure = family.read(output[0])
        # From a share of the square to the centres of its pixels.
        inside = points * family.side - 0.5
        return inside @ matrix[:, :2].T + matrix[:, 2], sure


def _open(landmarker: OnnxFaceLandmarker) -> Any:  # noqa: ANN401 - onnxruntime has no types
    """Load a model and see that it is one of its family."""
    family = family_called(landmarker.family, FAMILIES, "landmarkers")
    called = landmarker.model.name
    session = open_session(landmarker.model, landmarker.device, landmarker.threads, called)
    check_signature(session, called, [(None, 3, family.side, family.side)], 1)
    check_outputs(session, called, {session.get_outputs()[-1].name: family.output})
    return session
