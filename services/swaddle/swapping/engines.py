"""
Who renders a face: the engine of its subject, and where that fails on it, the stand-in.

What neither renders is left to whoever asks, who covers it. An engine that cannot work at all is
no failure on a face: its error goes up and holds the video.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from swaddle.kernel.errors import ModelFailed, OutOfMemory
from swaddle.kernel.frames import Frame
from swaddle.kernel.plan import IdentityPlan, Plan, SubjectPlan
from swaddle.kernel.tables import Rendered

from .ports import FaceSwapper, FaceToSwap, FindEngine, SwappedFace, SwapRequest

ON_ONE_FACE: Final = (ModelFailed, OutOfMemory)
"""Errors after which another face, or another engine, may do."""


@dataclass(frozen=True, slots=True, eq=False)
class SubjectFace:
    """A face in a frame, with the person it belongs to."""

    frame: Frame
    face: FaceToSwap
    subject: SubjectPlan

    def request(self, identity: IdentityPlan) -> SwapRequest:
        """Return the request to show somebody in its place."""
        return SwapRequest(self.frame, self.face, identity, self.subject.age_group)


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines that a plan may ask for."""

    find: FindEngine
    stand_in: FaceSwapper
    """Renders people of the face space; cheap, and needs no device."""

    def fingerprint(self, plan: Plan) -> str:
        """Return what tells apart the engines that a plan uses, in the plan's order."""
        prints = [self.find(url).fingerprint for url in (None, *plan.engines)]
        prints.append(self.stand_in.fingerprint)
        return " ".join(dict.fromkeys(prints))

    def swap_each(
        self, faces: Sequence[SubjectFace]
    ) -> Sequence[tuple[Rendered, SwappedFace] | None]:
        """
        Return what each face becomes, None where neither its engine nor the stand-in renders it.

        The faces lie in different frames, so that none is painted on what another leaves.
        """
        done: dict[int, tuple[Rendered, SwappedFace]] = {}
        for url in dict.fromkeys(face.subject.engine for face in faces):
            wanted = {
                number: face.request(face.subject.identity)
                for number, face in enumerate(faces)
                if face.subject.engine == url and face.subject.identity is not None
            }
            done |= _rendered(Rendered.SWAP, self.find(url), wanted)
        spare = {
            number: face.request(person)
            for number, face in enumerate(faces)
            if number not in done and (person := self._spare(face.subject)) is not None
        }
        done |= _rendered(Rendered.STAND_IN, self.stand_in, spare)
        return [done.get(number) for number in range(len(faces))]

    def _spare(self, subject: SubjectPlan) -> IdentityPlan | None:
        """Return whom the stand-in shows; None where that was tried already, or nobody is known."""
        person = subject.stand_in or subject.identity
        if person is None or not person.of_face_space:
            return None
        own = self.find(subject.engine).fingerprint == self.stand_in.fingerprint
        return None if own and person == subject.identity else person


def _rendered(
    how: Rendered, engine: FaceSwapper, wanted: dict[int, SwapRequest]
) -> dict[int, tuple[Rendered, SwappedFace]]:
    if not wanted:
        return {}
    pairs = zip(wanted, tried(engine, list(wanted.values())), strict=True)
    return {number: (how, face) for number, face in pairs if face is not None}


def tried(engine: FaceSwapper, requests: Sequence[SwapRequest]) -> Sequence[SwappedFace | None]:
    """
    Return each face, None where the engine fails on it or gives what is no number.

    One face does not spoil the others. Raises what says that the engine as a whole cannot work.
    """
    try:
        swapped = engine.swap_each(requests)
    except ON_ONE_FACE:
        if len(requests) == 1:
            return [None]
        return [face for request in requests for face in tried(engine, [request])]
    return [face if face is not None and _sound(face) else None for face in swapped]


def _sound(face: SwappedFace) -> bool:
    """Tell a face from what is no number: painted, that would be any colour, or the real face."""
    patch = face.patch
    return bool(
        np.isfinite(patch.bgr).all()
        and np.isfinite(patch.alpha).all()
        and np.isfinite(face.landmarks).all()
    )
