"""What every store of models promises."""

import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swaddle.adapters.folder.model_store import FolderModelStore
from swaddle.kernel.errors import Forged, ModelMissing, Unavailable
from swaddle.models.catalogue import Model
from swaddle.models.ports import Condition, ModelStore
from tests.contracts.weights import CONTENT, model_of

MODEL = model_of()
UNTOLD = model_of(published=False)
FOLDER = Model.model_validate(
    {
        "name": "pipeline",
        "task": "Nothing",
        "licence": MODEL.licence,
        "folder": "https://localhost/pipeline",
        "files": ["config.json", {"path": "unet/weights.bin", "size": len(CONTENT)}],
    }
)
HOSTILE = {
    "empty": b"",
    "cut": CONTENT[:-1],
    "longer": CONTENT + b"x",
    "other": CONTENT[:-1] + b"x",
}


class Broken(io.BytesIO):
    """Breaks off after its content."""

    def read(self, size: int | None = -1, /) -> bytes:
        if content := super().read(size):
            return content
        raise Unavailable("the connection broke off")


class Endless:
    """Never ends; counts what was taken."""

    def __init__(self) -> None:
        self.taken = 0

    def read(self, size: int, /) -> bytes:
        self.taken += size
        return bytes(size)


class ModelStoreContract:
    @pytest.fixture
    def store(self, tmp_path: Path) -> ModelStore:
        raise NotImplementedError

    def test_a_model_that_was_never_accepted_is_missing(self, store: ModelStore) -> None:
        assert store.condition(MODEL) is store.verify(MODEL) is Condition.MISSING
        with pytest.raises(ModelMissing, match="tiny has not been fetched; run `swaddle models"):
            store.path(MODEL)

    def test_what_was_accepted_is_present(self, store: ModelStore) -> None:
        store.accept(MODEL, MODEL.files[0], io.BytesIO(CONTENT))

        assert store.condition(MODEL) is store.verify(MODEL) is Condition.PRESENT
        assert Path(store.path(MODEL)).read_bytes() == CONTENT

    def test_what_was_accepted_can_be_read(self, store: ModelStore) -> None:
        with pytest.raises(ModelMissing), store.open(MODEL, MODEL.files[0]):
            pytest.fail("nothing is there")
        store.accept(MODEL, MODEL.files[0], io.BytesIO(CONTENT))

        with store.open(MODEL, MODEL.files[0]) as content:
            assert content.read(len(CONTENT) + 1) == CONTENT

    @pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
    def test_another_file_is_forged(self, store: ModelStore, content: bytes) -> None:
        with pytest.raises(Forged):
            store.accept(MODEL, MODEL.files[0], io.BytesIO(content))

        assert store.condition(MODEL) is Condition.MISSING

    @pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
    def test_a_forged_file_replaces_nothing(self, store: ModelStore, content: bytes) -> None:
        store.accept(MODEL, MODEL.files[0], io.BytesIO(CONTENT))
        with pytest.raises(Forged):
            store.accept(MODEL, MODEL.files[0], io.BytesIO(content))

        assert store.verify(MODEL) is Condition.PRESENT

    def test_a_file_without_end_is_not_read_to_its_end(self, store: ModelStore) -> None:
        content = Endless()
        with pytest.raises(Forged, match="longer than the 1048576 bytes"):
            store.accept(MODEL, MODEL.files[0], content)

        assert content.taken <= MODEL.size + 1

    def test_what_broke_off_was_never_there(self, store: ModelStore) -> None:
        with pytest.raises(Unavailable, match="broke off"):
            store.accept(MODEL, MODEL.files[0], Broken(CONTENT[:70_000]))

        assert store.condition(MODEL) is Condition.MISSING

    def test_a_model_can_be_accepted_again(self, store: ModelStore) -> None:
        for _ in range(2):
            store.accept(MODEL, MODEL.files[0], io.BytesIO(CONTENT))

        assert store.verify(MODEL) is Condition.PRESENT

    def test_a_digest_that_nobody_tells_is_that_of_what_came_first(
        self, store: ModelStore
    ) -> None:
        store.accept(UNTOLD, UNTOLD.files[0], io.BytesIO(CONTENT))
        with pytest.raises(Forged, match="not the one that was fetched at first"):
            store.accept(UNTOLD, UNTOLD.files[0], io.BytesIO(b"another"))

        assert store.verify(UNTOLD) is Condition.PRESENT
        assert store.digest(UNTOLD) == hashlib.sha256(CONTENT).hexdigest()

    def test_what_came_first_is_held_to_its_digest(self, store: ModelStore) -> None:
        store.accept(UNTOLD, UNTOLD.files[0], io.BytesIO(CONTENT))
        Path(store.path(UNTOLD)).write_bytes(b"another")

        assert store.condition(UNTOLD) is store.verify(UNTOLD) is Condition.DAMAGED

    def test_a_model_of_several_files_is_a_folder(self, store: ModelStore) -> None:
        for file, content in zip(FOLDER.files, (b"{}", CONTENT), strict=True):
            assert file in store.lacking(FOLDER)
            store.accept(FOLDER, file, io.BytesIO(content))

        folder = Path(store.path(FOLDER))
        assert store.lacking(FOLDER) == []
        assert (folder / "config.json").read_bytes() == b"{}"
        assert (folder / "unet/weights.bin").read_bytes() == CONTENT

    def test_the_digest_of_a_folder_is_that_of_what_sha256sum_prints(
        self, store: ModelStore
    ) -> None:
        with pytest.raises(ModelMissing):
            store.digest(FOLDER)
        lines = ""
        for file, content in zip(FOLDER.files, (b"{}", CONTENT), strict=True):
            store.accept(FOLDER, file, io.BytesIO(content))
            lines += f"{hashlib.sha256(content).hexdigest()}  {file.path}\n"

        assert store.digest(FOLDER) == hashlib.sha256(lines.encode()).hexdigest()

    def test_a_folder_that_lacks_a_file_is_missing(self, store: ModelStore) -> None:
        store.accept(FOLDER, FOLDER.files[1], io.BytesIO(CONTENT))

        assert store.condition(FOLDER) is Condition.MISSING
        assert store.lacking(FOLDER) == [FOLDER.files[0]]

    def test_a_new_version_lies_beside_the_old_one(self, store: ModelStore) -> None:
        newer = model_of(b"newer")
        store.accept(MODEL, MODEL.files[0], io.BytesIO(CONTENT))
        store.accept(newer, newer.files[0], io.BytesIO(b"newer"))

        assert Path(store.path(newer)).read_bytes() == b"newer"
        assert Path(store.path(MODEL)).read_bytes() == CONTENT

    @pytest.mark.parametrize("change", [b"", CONTENT[:-1], CONTENT[:-1] + b"x"])
    def test_a_file_that_was_changed_is_damaged(self, store: ModelStore, change: bytes) -> None:
        store.accept(MODEL, MODEL.files[0], io.BytesIO(CONTENT))
        Path(store.path(MODEL)).write_bytes(change)

        assert store.condition(MODEL) is store.verify(MODEL) is Condition.DAMAGED
        with pytest.raises(ModelMissing, match="tiny is damaged; run `swaddle models fetch`"):
            store.path(MODEL)

    def test_a_damaged_file_is_replaced(self, store: ModelStore) -> None:
        store.accept(MODEL, MODEL.files[0], io.BytesIO(CONTENT))
        Path(store.path(MODEL)).write_bytes(b"x")
        store.accept(MODEL, MODEL.files[0], io.BytesIO(CONTENT))

        assert Path(store.path(MODEL)).read_bytes() == CONTENT

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
    @given(content=st.binary(max_size=40), named=st.binary(min_size=1, max_size=40))
    def test_only_the_named_bytes_get_in(
        self, store: ModelStore, content: bytes, named: bytes
    ) -> None:
        model = model_of(named, "random")
        if content == named:
            return
        with pytest.raises(Forged):
            store.accept(model, model.files[0], io.BytesIO(content))

        assert store.condition(model) is Condition.MISSING


class TestFolderModelStore(ModelStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> ModelStore:
        return FolderModelStore(tmp_path / "models")
