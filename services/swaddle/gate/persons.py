"""
People whose bodies are seen and whose heads nobody tracked.

The pose model calls nose and eyes visible on the backs of heads, too, so that alone is no doubt:
a second look at the head has to see at least something of a face, and not one that was rendered:
people who stand close together are taken for one, with a head between theirs.

Where a head was hidden, the pose model looks for it elsewhere, and sees one in a foot or a fold. The
pixels there are those of the original: where it does not see a head there either, the second look's
detector has to see a face, as surely as for a finding of its own. A mesh fits on folds of cloth, so it
is no doubt there; a face that no mesh fits on, as a profile, is.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from swaddle.kernel.faces import Person
from swaddle.kernel.findings import FindingKind, Suspicion
from swaddle.kernel.frames import Frame
from swaddle.kernel.geometry import Box

from .faces import SURE_SCORE, SecondLook, Watcher

EVERY: Final = 10
"""Frames between two looks for people: they do not appear and vanish within a third of a second,
and what is covered between two looks is covered from the last to the next."""

VISIBLE: Final = 0.5
"""MediaPipe's own threshold for a visible point."""

FACE_SCORE: Final = 0.45
FACE_PRESENCE: Final = 0.5
"""What a second look must say of the head: backs of heads of the clip with people from behind
reach 0.37 and 0.12."""

HEAD_SHARE: Final = 0.3
"""Share of the smaller of head and region, or of two heads, that must overlap. Of 105 faces beside a
hidden one 13 share less with every head of the original; the detector is sure of all of them (0.82 and
more of 1)."""


def untracked(
    frame: Frame,
    people: Sequence[Person],
    rendered: Sequence[Box],
    watcher: Watcher,
    before: Callable[[], Sequence[Person]],
) -> Iterator[Suspicion]:
    """
    Yield the heads that may show a face and were not rendered.

    `before` looks for the people of the same frame of the original: it is asked where it matters.
    """
    for person in people:
        head = person.box
        if not _shows_face(person) or _known(head, rendered):
            continue
        second = watcher.second_look(frame, head, rendered)
        if second.score >= SURE_SCORE or (
            _doubtful(second) and _is_seen(head, before(), rendered)
        ):
            yield Suspicion(
                kind=FindingKind.PERSON,
                frame=frame.number,
                x0=head.x0,
                y0=head.y0,
                x1=head.x1,
                y1=head.y1,
                score=round(max(second.score, second.presence), 3),
                threshold=FACE_SCORE,
                detector="mediapipe-pose",
                sure=True,
            )


def _shows_face(person: Person) -> bool:
    return person.face_visibility >= VISIBLE and person.score >= VISIBLE


def _doubtful(second: SecondLook) -> bool:
    return second.score >= FACE_SCORE or second.presence >= FACE_PRESENCE


def _is_seen(head: Box, people: Sequence[Person], rendered: Sequence[Box]) -> bool:
    """
    Return whether one of the people has a head about here, whatever it shows.

    The head that was hidden reaches beyond what hides it: to touch that is not enough.
    """
    return any(
        _known(head, [other.box])
        or (head.intersection(other.box) > 0 and not _known(other.box, rendered))
        for other in people
    )


def _known(head: Box, rendered: Sequence[Box]) -> bool:
    return any(
        head.intersection(region) > HEAD_SHARE * min(head.area, region.area) for region in rendered
    )
