import io
from pathlib import Path

import pytest

from swaddle.adapters.folder.model_store import FolderModelStore
from swaddle.kernel.errors import ModelMissing
from swaddle.models.ports import Condition
from swaddle.models.surveying import survey, verify
from tests.contracts.weights import CONTENT, model_of

HERE, GONE, BROKEN = (model_of(name=name) for name in ("here", "gone", "broken"))


@pytest.fixture
def store(tmp_path: Path) -> FolderModelStore:
    store = FolderModelStore(tmp_path)
    for model in (HERE, BROKEN):
        store.accept(model, model.files[0], io.BytesIO(CONTENT))
    Path(store.path(BROKEN)).write_bytes(b"x")
    return store


def test_every_model_is_looked_at(store: FolderModelStore) -> None:
    found = verify([HERE, GONE, BROKEN], store)

    assert found == survey([HERE, GONE, BROKEN], store)
    assert found.names(Condition.PRESENT) == ["here"]
    assert found.names(Condition.MISSING) == ["gone"]
    assert found.names(Condition.DAMAGED) == ["broken"]


def test_one_sentence_says_what_is_not_there_and_what_to_do(store: FolderModelStore) -> None:
    with pytest.raises(ModelMissing) as failure:
        survey([HERE, GONE, BROKEN], store).require_all()

    assert str(failure.value) == (
        "Not all models are there (damaged: broken; missing: gone); run `swaddle models fetch`."
    )


def test_nothing_is_said_where_all_is_there(store: FolderModelStore) -> None:
    survey([HERE], store).require_all()
