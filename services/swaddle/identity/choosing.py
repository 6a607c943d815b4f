"""
Which of several synthetic people a subject gets.

Candidates come in blocks, in the order of their seeds. Of each block one is tried in the subject's
own pictures: the first of which a forecast says that it will look like a stranger to everybody in
the video. Who does not is changed by as little as it takes, as far as the engine can tell, and tried
again. The first that does is taken, unless its fine detail would pass for the real face's. To take
the least similar of all would make the choice depend on the real face more than it must.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

import numpy as np

from swaddle.kernel.detail import compare_face
from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import still
from swaddle.kernel.geometry import Floats
from swaddle.kernel.plan import IdentityPlan
from swaddle.kernel.ports import FaceEmbedder
from swaddle.kernel.recognition import RecognitionScale, centroid

from .forecasting import Forecast
from .ports import IdentityGenerator, Portrait, Preview, PreviewRequest

BLOCK: Final = 500
"""Candidates of which one is tried: to invent and forecast so many costs half a try."""

TRIES: Final = 20
"""In one attempt, those who were changed included."""

PATIENCE: Final = 10
NEAR: Final = 0.2
"""Tries after which a search beside synthetic people in use ends, and deviations by which the nearest has
to miss then, though not for likeness to the subject. On the clip with three walking people (six keys, 21
such searches) it saves 35 of 259 tries; 15 end with whom `freezing` accepts, and the mean likeness to the
subject is as before."""

PROGRESS: Final = 0.8
"""Share of what was missing that may still be missing after a change, for another to follow."""

SAFETY: Final = 0.25
"""Deviations of the strangers by which a forecast has to lie below its limits: forecasts miss by
twice that (one deviation), and who is further from average than necessary looks it."""

GIVEN_SHARE: Final = 0.25
"""What likeness to a synthetic person weighs beside likeness to a real one, where nobody is acceptable:
who resembles another synthetic person is replaced when all are compared, who resembles somebody real is
not. At 1, two of 24 people on the walking clip were more like their sources than strangers; at 0.4 none of
36, but one with another key."""

CANDIDATES: Final = BLOCK * TRIES
"""Seeds of one attempt, where nobody can be changed."""

PICTURES: Final = 8
"""Portraits on which a candidate is tried, from the best to the worst: as many as a track has."""

OWN_MARGIN: Final = 0.4
"""Deviations below the stranger mean: over all frames the similarity is by up to so much higher
than on five portraits (17 subjects of the development clips, several keys: 0.18 on average, 0.38 at
most, 0.44 with the people of appearance/9; 0.54 on three; eight are looked at now). No more than
that: who is less like the subject than strangers are gives it away to somebody who has learned to look for that (docs/explanation/what-protects-people.md)."""

HOPELESS: Final = 0.5
"""Deviations above a limit, on the portraits so far, from which the others are not tried."""

GIVEN_MARGIN: Final = -0.1
"""Deviations above the stranger mean up to which a candidate may resemble a synthetic person."""

OTHER_MARGIN: Final = 1.0
"""Deviations above the stranger mean up to which a candidate may resemble another real person."""

FOLLOWED: Final = 0.4
"""Mean correlation of fine detail with the real face's, on the portraits, above which the gate may take
single frames of a candidate for the original: from 0.33 on, it found up to 1.6 times as much there (30
subjects of the rendered demonstration, where a face of the space replaces one of the space), and covers
what has 0.65 (`kernel.detail.EXPOSED_RATIO`). Real clips have 0.1 to 0.4."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A synthetic person, and how it compares."""

    identity: IdentityPlan
    embedding: Floats
    """(d,): how the recogniser sees it in the subject's place; zeros where untested."""
    similarity: float
    """With the subject's real face."""
    to_others: float
    """The largest similarity with another real person of the video."""
    shown: Preview | None = None
    """In the best of the portraits in which it could be shown; None where it was in none."""
    portrait: int = 0
    """Index of that portrait."""
    detail: float = 0.0
    """How closely fine detail follows the real face's (`kernel.detail`), mean over the portraits; 0
    where somebody resembles the candidate too much as it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """Whom a candidate must not resemble: the subject, the other real people, those in use."""

    own: Floats
    """(n, d): of the subject's portraits, in their order."""
    others: Sequence[Floats]
    """(k, d) of each other person."""
    given: Sequence[Floats] = ()
    """(d,) of each synthetic person that is in use."""

    @property
    def vectors(self) -> Floats:
        """One row for each person, the subject first."""
        others = [centroid(other) for other in self.others if len(other)]
        return np.array([self.own.mean(axis=0), *others, *self.given])

    def compared(
        self, identity: IdentityPlan, seen: Mapping[int, Floats], shown: Preview
    ) -> tuple[Candidate, Floats]:
        """
        Return a candidate with its similarity to each of `vectors`.

        `seen`: how the recogniser sees it, by the index of the portrait it was shown in; `shown`
        belongs to the first.
        """
        # Before and after in the same picture: hair, light and pose are the same in both.
        to_own = [float(vector @ self.own[index]) for index, vector in seen.items()]
        middle = centroid(np.array(list(seen.values())))
        similarities = self.vectors @ middle
        similarities[0] = np.mean(to_own)
        real = similarities[1 : len(similarities) - len(self.given)]
        to_others = float(real.max()) if len(real) else -1.0
        own, first = float(similarities[0]), next(iter(seen))
        return Candidate(identity, middle, own, to_others, shown, first), similarities

    def limits(
        self, scale: RecognitionScale, group: AgeGroup, own_margin: float = OWN_MARGIN
    ) -> Floats:
        """Return the largest acceptable similarity with each row of `vectors`."""
        known = scale.strangers[group]
        others = sum(len(other) > 0 for other in self.others)
        margins = [-own_margin, *[OTHER_MARGIN] * others, *[GIVEN_MARGIN] * len(self.given)]
        return known.mean + known.deviation * np.array(margins)

    def worst(self, excesses: Floats) -> float:
        """Return how bad it would be to take somebody so far above `limits`: 0 is acceptable."""
        real = len(excesses) - len(self.given)
        weights = np.array([1.0] * real + [GIVEN_SHARE] * len(self.given))
        return float((weights * excesses).max())


@dataclass(frozen=True, slots=True, eq=False)
class Chooser:
    """Tries candidates."""

    generator: IdentityGenerator
    embedder: FaceEmbedder
    scale: RecognitionScale

    def choose(
        self,
        seeds: Iterator[tuple[int, bytes]],
        group: AgeGroup,
        portraits: Sequence[Portrait],
        around: Surroundings,
    ) -> Candidate:
        """
        Return the first acceptable candidate, or the least similar of those that were shown.

        Whose fine detail passes for the real face's is not acceptable, but comes before who is too
        similar. Who could be shown in no portrait is not acceptable, but where that is so with all, the
        first tried is returned, with nothing `shown`. Without portraits nothing can be tried: the
        first candidate is as good as any. Beside synthetic people in use, a search may end early.
        """
        if not portraits:
            number, seed = next(seeds)
            identity = self.generator.invent(seed, group, number)
            return Candidate(identity, np.zeros(self.scale.width), 0.0, 0.0)
        best: tuple[tuple[float, float], Candidate] | None = None
        near = NEAR * self.scale.strangers[group].deviation
        apart = float(around.limits(self.scale, group)[0]) + near
        tries = islice(self._tries(seeds, group, portraits, around), TRIES)
        for number, (candidate, excess) in enumerate(tries, start=1):
            missing = max(excess, 0.0), max(candidate.detail - FOLLOWED, 0.0)
            if best is None or missing < best[0]:
                best = missing, candidate
            late = number >= PATIENCE and around.given and best[1].similarity <= apart
            if not any(missing) or (late and best[0][0] > near):
                break
        if best is None:
            raise ValueError("no seeds")
        return best[1]

    def _tries(
        self,
        seeds: Iterator[tuple[int, bytes]],
        group: AgeGroup,
        portraits: Sequence[Portrait],
        around: Surroundings,
    ) -> Iterator[tuple[Candidate, float]]:
        """Yield who was tried, and how far from acceptable: 0 and less is."""
        limits, known = around.limits(self.scale, group), self.scale.strangers[group]
        safety = SAFETY * known.deviation
        guess = np.full(len(limits), known.mean)
        forecast = Forecast.of(around.vectors, limits - safety, guess)
        while block := list(islice(seeds, BLOCK)):
            identity = self._promising(block, group, forecast)
            least = np.inf
            while True:
                candidate, similarities = self._tried(identity, group, portraits, around)
                excesses = similarities - limits
                yield candidate, around.worst(excesses)
                tendency = self.generator.tendency(identity, group)
                # Of whom no portrait shows, or the engine cannot tell, there is nothing to learn.
                if candidate.shown is None or tendency is None:
                    break
                forecast = forecast.corrected(tendency, similarities)
                # Who hardly comes nearer never arrives; whom only fine detail rules out is there.
                if excesses.max() > PROGRESS * least or excesses.max() <= 0:
                    break
                least = excesses.max()
                by, before = excesses + safety, identity
                identity = self.generator.moved_away(before, group, forecast.references, by)
                if identity == before:
                    break

    def _promising(
        self, block: Sequence[tuple[int, bytes]], group: AgeGroup, forecast: Forecast
    ) -> IdentityPlan:
        """
        Return the first that will be acceptable, or who misses by least, changed until it is.

        Where nothing can be foreseen, the first is as promising as any.
        """
        nearest: tuple[Floats, IdentityPlan] | None = None
        for number, seed in block:
            identity = self.generator.invent(seed, group, number)
            tendency = self.generator.tendency(identity, group)
            if tendency is None:
                return identity
            excesses = forecast.excesses(tendency)
            if excesses.max() <= 0:
                return identity
            if nearest is None or excesses.max() < nearest[0].max():
                nearest = excesses, identity
        if nearest is None:
            raise ValueError("no seeds")
        by, identity = nearest
        return self.generator.moved_away(identity, group, forecast.references, by)

    def _tried(
        self,
        identity: IdentityPlan,
        group: AgeGroup,
        portraits: Sequence[Portrait],
        around: Surroundings,
    ) -> tuple[Candidate, Floats]:
        """Return a candidate with its similarity to each of the surroundings' vectors."""
        limits = around.limits(self.scale, group)
        hopeless = limits + HOPELESS * self.scale.strangers[group].deviation
        unseen = Candidate(identity, np.zeros(self.scale.width), 0.0, 0.0)
        tried = unseen, np.full(len(around.vectors), np.inf)
        seen: dict[int, Floats] = {}
        shown: dict[int, Preview] = {}
        for index in _spread(len(portraits)):
            request = PreviewRequest(identity, group, portraits[index])
            (preview,) = self.generator.preview([request])
            if preview is None:
                continue
            shown[index] = preview
            seen[index] = self.embedder.embed([preview])[0]
            tried = around.compared(identity, seen, next(iter(shown.values())))
            if (tried[1] > hopeless).any():
                break
        candidate, similarities = tried
        if (similarities > limits).any():
            return tried
        details = [_detail(portraits[index], preview) for index, preview in shown.items()]
        return replace(candidate, detail=float(np.mean(details))), similarities


def _detail(portrait: Portrait, preview: Preview) -> float:
    """Return how closely a painted face follows the portrait's; 0 where it is too small to tell."""
    picture, landmarks = preview
    before, after = still(portrait.picture), still(picture)
    # A candidate is painted over what is in front of the face, and not over what stays.
    sample = compare_face(before, after, landmarks.astype(np.float64), portrait.stays, 1.0)
    return sample.median if sample else 0.0


def _spread(count: int) -> list[int]:
    """Return indices spread evenly over `count`, the first and the last among them, each once."""
    return list(dict.fromkeys(np.linspace(0, count - 1, min(PICTURES, count)).round().astype(int)))
