"""Following faces from given edges through a segment, forwards or backwards."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from swaddle.kernel.faces import Face, Mesh
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Box, Floats
from swaddle.kernel.video import Segment

from .following import Follower, is_cut, thumbnail
from .groups import Sighting

CHUNK: Final = 30
"""Frames that are decoded at a time when time runs backwards."""

Decoder = Callable[[int, int], Iterator[Frame]]
"""Yields the frames from one number to another, both inclusive."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A face at the end of a tracklet."""

    frame: int
    tracklet: int
    face: Face
    forwards: bool


def edge(frame: int, tracklet: int, box: Floats, mesh: Mesh | None, forwards: bool) -> Edge:  # noqa: FBT001 - a row of EDGES
    """Return the edge that a row of the EDGES table describes."""
    x0, y0, x1, y1 = (float(v) for v in box)
    return Edge(frame, tracklet, Face(Box(x0, y0, x1, y1), 0.0, mesh), forwards)


def extend(
    edges: Sequence[Edge], segment: Segment, decode: Decoder, follower: Follower
) -> Iterator[list[Sighting]]:
    """Yield what is found of each edge's face beyond the edge, frame by frame."""
    for forwards in (True, False):
        chosen = [e for e in edges if e.forwards is forwards]
        if chosen:
            yield from _one_way(chosen, _frames(chosen, segment, decode), follower)


def _frames(edges: Sequence[Edge], segment: Segment, decode: Decoder) -> Iterator[Frame]:
    """
    Return the segment's frames in the direction of the edges, from the first that is needed.

    The edge's own frame comes first where the segment holds it: a cut right behind it must show.
    """
    if edges[0].forwards:
        first = max(segment.first_frame, min(e.frame for e in edges))
        return decode(first, segment.last_frame)
    last = min(segment.last_frame, max(e.frame for e in edges))
    starts = range(last, segment.first_frame - 1, -CHUNK)
    chunks = (list(decode(max(segment.first_frame, end - CHUNK + 1), end))[::-1] for end in starts)
    return chain.from_iterable(chunks)


def _one_way(
    edges: Sequence[Edge], frames: Iterator[Frame], follower: Follower
) -> Iterator[list[Sighting]]:
    waiting = list(edges)
    alive: dict[int, Face] = {}
    before = None
    for frame in frames:
        thumb = thumbnail(frame)
        if before is not None and is_cut(before, thumb):
            alive = {}
        before = thumb
        started, waiting = _starting(waiting, frame)
        # An edge on this very frame is no news; one on the frame before is followed from there.
        alive |= {e.tracklet: e.face for e in started if e.frame != frame.number}
        alive = _followed(frame, alive, follower)
        yield [Sighting(frame, face, tracklet, face.score > 0) for tracklet, face in alive.items()]
        alive |= {e.tracklet: e.face for e in started if e.frame == frame.number}
        if not alive and not waiting:
            return


def _followed(frame: Frame, alive: dict[int, Face], follower: Follower) -> dict[int, Face]:
    found = {tracklet: follower.step(frame, face) for tracklet, face in alive.items()}
    return {tracklet: face for tracklet, face in found.items() if face is not None}


def _starting(waiting: Sequence[Edge], frame: Frame) -> tuple[list[Edge], list[Edge]]:
    """Split the edges into those that this frame has reached and the others."""
    reached: list[Edge] = []
    rest: list[Edge] = []
    for item in waiting:
        ahead = item.frame > frame.number if item.forwards else item.frame < frame.number
        (rest if ahead else reached).append(item)
    return reached, rest
