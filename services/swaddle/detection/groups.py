"""
A group of frames between two full searches, and the faces followed through it both ways.

What is found in a group depends on its frames and on the first frame of the next group, on nothing
else. So it does not matter how many groups make a segment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from swaddle.kernel.faces import Face
from swaddle.kernel.frames import Frame
from swaddle.kernel.tables import BACKWARDS, TRACKLETS

from .cascade import SAME_FACE, Cascade
from .following import Follower, scenes_of

THOROUGH_EVERY: Final = 3
"""Groups from one thorough search to the next: once a second at 30 frames a second."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A face in a frame, as part of a tracklet."""

    frame: Frame
    face: Face
    tracklet: int
    detected: bool
    tail: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring frames; `following` is the first frame of the next group, if there is one."""

    number: int
    frames: tuple[Frame, ...]
    following: Frame | None

    @property
    def thorough(self) -> bool:
        """Whether the first frame deserves a thorough search."""
        return self.number % THOROUGH_EVERY == 0


@dataclass(slots=True)
class GroupObserver:
    """Observes groups in order; remembers the search of the last group's following frame."""

    cascade: Cascade
    follower: Follower
    _ahead: dict[int, tuple[Face, ...]] = field(default_factory=dict)

    def observe(self, group: Group) -> tuple[list[Sighting], list[int]]:
        """Return the sightings of a group and the frames that begin new scenes."""
        heads = self._search(group.frames[0], group.number)
        self._ahead.clear()
        frames = [*group.frames] + ([group.following] if group.following is not None else [])
        scenes = scenes_of(frames)
        cuts = [
            frame.number
            for frame, before, scene in zip(frames[1:], scenes, scenes[1:], strict=False)
            if scene != before
        ]
        following: tuple[Face, ...] = ()
        if group.following is not None:
            following = self._search(group.following, group.number + 1)
            self._ahead[group.following.number] = following
        sightings = self._forwards(group, frames, scenes, heads)
        sightings += self._after_cuts(group, frames, scenes, sightings)
        if following:
            sightings += self._backwards(group, frames, scenes, following, sightings)
        return sightings, cuts

    def _search(self, frame: Frame, number: int) -> tuple[Face, ...]:
        if frame.number in self._ahead:
            return self._ahead[frame.number]
        thorough = number % THOROUGH_EVERY == 0
        return self.cascade.search(frame, thorough=thorough)

    def _forwards(
        self, group: Group, frames: Sequence[Frame], scenes: Sequence[int], heads: Sequence[Face]
    ) -> list[Sighting]:
        sightings = []
        for index, head in enumerate(heads):
            tracklet = group.number * TRACKLETS + index
            sightings.append(Sighting(frames[0], head, tracklet, detected=True))
            for frame, face in zip(
                frames[1:], self.follower.along(frames, head, scenes), strict=False
            ):
                tail = frame is group.following
                sightings.append(
                    Sighting(frame, face, tracklet, detected=face.score > 0, tail=tail)
                )
        return sightings

    def _after_cuts(
        self,
        group: Group,
        frames: Sequence[Frame],
        scenes: Sequence[int],
        known: Sequence[Sighting],
    ) -> list[Sighting]:
        """Search the first frame of each scene that begins inside the group."""
        sightings: list[Sighting] = []
        tracklet = _next_tracklet(group, known)
        for index in range(1, len(group.frames)):
            if scenes[index] == scenes[index - 1]:
                continue
            for head in self.cascade.search(frames[index], thorough=True):
                sightings.append(Sighting(frames[index], head, tracklet, detected=True))
                rest = self.follower.along(frames[index:], head, scenes[index:])
                for frame, face in zip(frames[index + 1 :], rest, strict=False):
                    tail = frame is group.following
                    sightings.append(
                        Sighting(frame, face, tracklet, detected=face.score > 0, tail=tail)
                    )
                tracklet += 1
        return sightings

    def _backwards(
        self,
        group: Group,
        frames: Sequence[Frame],
        scenes: Sequence[int],
        following: Sequence[Face],
        known: Sequence[Sighting],
    ) -> list[Sighting]:
        """Follow what the next search found, and nothing here leads to, back into this group."""
        sightings: list[Sighting] = []
        tails = [s.face for s in known if s.tail]
        tracklet = group.number * TRACKLETS + BACKWARDS
        for face in following:
            if any(face.box.iou(tail.box) > SAME_FACE for tail in tails):
                continue
            behind = self.follower.along(frames[::-1], face, scenes[::-1])
            for frame, found in zip(frames[-2::-1], behind, strict=False):
                if _is_known(found, frame, known):
                    break
                sightings.append(Sighting(frame, found, tracklet, detected=found.score > 0))
            # The head itself ties the tracklet to that of the next group.
            sightings.append(Sighting(frames[-1], face, tracklet, detected=True, tail=True))
            tracklet += 1
        return sightings


def _next_tracklet(group: Group, known: Sequence[Sighting]) -> int:
    return max((s.tracklet + 1 for s in known), default=group.number * TRACKLETS)


def _is_known(face: Face, frame: Frame, known: Sequence[Sighting]) -> bool:
    return any(s.frame is frame and s.face.box.iou(face.box) > SAME_FACE for s in known)
