"""
The attack: a map from what the recogniser says of a hidden face to what it says of the real one.

In the manner of Fantomas (Todt, Hanisch and Strufe, PoPETs 2024, arXiv 2210.10651), whose attacker
learns a network from pairs of pictures. Here both pictures are vectors of the recogniser already,
and a linear map with weight decay is learned: 134 pairs teach no more.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from swaddle.kernel.geometry import Floats

DECAYS: Final = (0.1, 1.0, 10.0, 100.0)
"""Weight decays; the attacker takes the best on a fifth of what it may learn from."""

SEED: Final = 2026
DRAWS: Final = 1000


@dataclass(frozen=True, slots=True)
class Success:
    """How often an attacker finds the source, among everybody of the other half."""

    plain: float
    """Rank 1 of who only compares."""
    first: float
    """Rank 1 of who has learned."""
    low: float
    high: float
    """95 % interval of that: bootstrap over people."""
    fifth: float
    """How often the source is among the nearest five, learned."""
    people: int
    """In the gallery: one over this is chance."""


def attacked(hidden: Floats, real: Floats) -> Success:
    """
    Learn from one half of the people, attack the other, and the other way round.

    `hidden` and `real` (n, 128): the same people, anonymized and not.
    """
    order = np.random.default_rng(SEED).permutation(len(real))
    halves = np.array_split(order, 2)
    plain, ranks = [], []
    for train, test in (halves, halves[::-1]):
        guessed = hidden[test] @ _learned(hidden[train], real[train])
        plain.append(_ranks(hidden[test], real[test]))
        ranks.append(_ranks(guessed, real[test]))
    found, simple = np.concatenate(ranks), np.concatenate(plain)
    draws = np.random.default_rng(SEED).integers(0, len(found), (DRAWS, len(found)))
    low, high = np.percentile((found[draws] == 0).mean(axis=1), (2.5, 97.5))
    return Success(
        plain=float((simple == 0).mean()),
        first=float((found == 0).mean()),
        low=float(low),
        high=float(high),
        fifth=float((found < 5).mean()),  # noqa: PLR2004 - rank 5
        people=len(halves[1]),
    )


def _learned(hidden: Floats, real: Floats) -> Floats:
    """Return the map (128, 128): ridge regression, its decay chosen by those held back."""
    held = max(1, len(real) // 5)
    tries = [
        (_mean_rank(hidden[:held] @ _ridge(hidden[held:], real[held:], d), real[:held]), d)
        for d in DECAYS
    ]
    return _ridge(hidden, real, min(tries)[1])


def _ridge(hidden: Floats, real: Floats, decay: float) -> Floats:
    gram = hidden.T @ hidden + decay * np.eye(hidden.shape[1])
    return np.linalg.solve(gram, hidden.T @ real)


def _mean_rank(guessed: Floats, real: Floats) -> float:
    return float(_ranks(guessed, real).mean())


def _ranks(guessed: Floats, real: Floats) -> Floats:
    """Return for each person how many others are nearer to the guess than the source."""
    unit = guessed / np.maximum(np.linalg.norm(guessed, axis=1, keepdims=True), 1e-9)
    alike = unit @ real.T
    return (alike > np.diag(alike)[:, None]).sum(axis=1)
