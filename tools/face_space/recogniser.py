"""What the recogniser makes of strangers, and which vectors belong to which age."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from scipy.optimize import minimize

from swaddle.kernel.faces import AgeGroup
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats

from .pictures import Face, Picture

RIDGE = 3e-3
"""Weight decay of the age classifier; chosen on the training faces by leave-one-fifth-out."""


TOGETHER = 32
"""Faces that a recogniser is given at once."""


class Recogniser(Protocol):
    """What a centre is learned for: every embedder of `swaddle.adapters`."""

    def raw(self, faces: Sequence[tuple[Image, Floats]]) -> Floats:
        """Return the network's own vectors: (n, d)."""
        ...


@dataclass(frozen=True, slots=True)
class AgeClassifier:
    """Multinomial logistic regression on centred vectors."""

    weights: Floats
    """(d, 3)."""
    bias: Floats
    """(3,)."""

    def guess(self, vectors: Floats) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """Return the index of the most likely group for each vector."""
        return (vectors @ self.weights + self.bias).argmax(axis=1)


def centred(raw: Floats, mean: Floats) -> Floats:
    """Subtract the mean and scale to unit length."""
    moved = raw - mean
    return moved / np.linalg.norm(moved, axis=1, keepdims=True)


def similarities(vectors: Floats) -> Floats:
    """Return the similarity of each with each other: (pairs,)."""
    return (vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]


def strangers(vectors: Floats, pictures: list[Picture]) -> dict[str, dict[str, float]]:
    """Return mean and deviation of the similarity of different held-out people, by age group."""
    result = {}
    for group in AgeGroup:
        own = vectors[[p.group is group and p.held_out for p in pictures]]
        pairs = similarities(own)
        result[group.value] = {
            "mean": round(float(pairs.mean()), 4),
            "deviation": round(float(pairs.std()), 4),
            "pairs": len(pairs),
            "people": len(own),
        }
    return result


def learn_ages(vectors: Floats, labels: Floats) -> AgeClassifier:
    """Fit the classifier, every group counting alike. `labels` (n,): index of the group."""
    count = vectors.shape[1]
    hot = np.eye(3)[labels]
    share = hot / hot.sum(axis=0)

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights, bias = flat[: count * 3].reshape(count, 3), flat[count * 3 :]
        scores = vectors @ weights + bias
        scores -= scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        importance = share.sum(axis=1, keepdims=True) / 3
        slope = (np.exp(logs) - hot) * importance
        value = -(hot * logs * importance).sum() + RIDGE * (weights**2).sum()
        gradient = np.concatenate(
            [(vectors.T @ slope + 2 * RIDGE * weights).ravel(), slope.sum(axis=0)]
        )
        return float(value), gradient

    fitted = minimize(loss, np.zeros(count * 3 + 3), jac=True, method="L-BFGS-B")
    return AgeClassifier(fitted.x[: count * 3].reshape(count, 3), fitted.x[count * 3 :])


def seen(recogniser: Recogniser, faces: Sequence[Face]) -> Floats:
    """Return the network's own vector of each face: (n, d)."""
    parts = [faces[start : start + TOGETHER] for start in range(0, len(faces), TOGETHER)]
    return np.concatenate(
        [recogniser.raw([(face.image, face.landmarks) for face in part]) for part in parts]
    )


def scale(raw: Floats, people: list[Picture]) -> tuple[dict[str, Any], Floats]:
    """Return what a recogniser's scale file says, and the centred vectors of all people."""
    held = np.array([person.held_out for person in people])
    mean = raw[held].mean(axis=0)
    vectors = centred(raw, mean)
    labels = np.array([tuple(AgeGroup).index(person.group) for person in people])
    ages = learn_ages(vectors[~held], labels[~held])
    guessed = ages.guess(vectors[held])
    groups = range(len(AgeGroup))
    confusion = [
        [int(((labels[held] == a) & (guessed == b)).sum()) for b in groups] for a in groups
    ]
    known = {
        "mean": [round(float(v), 5) for v in mean],
        "strangers": strangers(vectors, people),
        "age_weights": [[round(float(v), 4) for v in row] for row in ages.weights],
        "age_bias": [round(float(v), 4) for v in ages.bias],
        "age_confusion_held_out": confusion,
    }
    return known, vectors
