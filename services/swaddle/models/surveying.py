"""Tells which models are there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from swaddle.kernel.errors import ModelMissing

from .catalogue import Model
from .ports import Condition, ModelStore


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found of some models."""

    conditions: tuple[tuple[Model, Condition], ...]

    def require_all(self) -> None:
        """Raise ModelMissing where a file is missing or damaged."""
        wrong = [
            f"{condition}: {', '.join(names)}"
            for condition in (Condition.DAMAGED, Condition.MISSING)
            if (names := self.names(condition))
        ]
        if wrong:
            raise ModelMissing(
                f"Not all models are there ({'; '.join(wrong)}); run `swaddle models fetch`."
            )

    def names(self, condition: Condition) -> list[str]:
        """Return the models whose files are in this condition."""
        return [model.name for model, found in self.conditions if found is condition]


def survey(models: Sequence[Model], store: ModelStore) -> Survey:
    """Look at every file, and read those that have changed since they were last read."""
    return _each(models, store.condition)


def verify(models: Sequence[Model], store: ModelStore) -> Survey:
    """Read every byte of every file."""
    return _each(models, store.verify)


def _each(models: Sequence[Model], look: Callable[[Model], Condition]) -> Survey:
    return Survey(tuple((model, look(model)) for model in models))
