"""Whom a network shows: the same person the same, worked out once."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from swaddle.adapters.onnx.running import Array, Model, Runtime
from swaddle.adapters.onnx.sources import Sources, mapping_of, open_sources
from swaddle.adapters.onnx.swap_families import FAMILIES
from swaddle.kernel.devices import Device
from swaddle.kernel.errors import InvalidPlan, Misused, ModelMissing
from swaddle.kernel.plan import IdentityPlan, PortraitPlan
from tests.made.faces import person, portrait
from tests.made.swappers import Does, converter, embedder, swapper

RUNTIME = Runtime(Device.CPU)


class Counted(Model):
    """A model that counts how often it runs."""

    runs = 0

    def run(self, rows: Sequence[Sequence[Array]]) -> Sequence[Sequence[Array]]:
        Counted.runs += 1
        return super().run(rows)


def sources(folder: Path, name: str) -> Sources:
    family = FAMILIES[name]
    path = swapper(folder, family, Does.SAME)
    with_converter = converter(folder) if name in {"ghost", "simswap"} else None
    return open_sources(family, path, embedder(folder), with_converter, RUNTIME)


def embedding(folder: Path, identity: IdentityPlan) -> np.ndarray:
    """Return a person's vector of length 1, as the recogniser gives it."""
    return sources(folder, "hyperswap").of(identity)


def test_hyperswap_gets_the_embedding_at_length_one(tmp_path: Path) -> None:
    assert np.linalg.norm(embedding(tmp_path, person())) == pytest.approx(1, abs=1e-6)


def test_inswapper_gets_the_embedding_times_its_own_matrix(tmp_path: Path) -> None:
    matrix = mapping_of(swapper(tmp_path, FAMILIES["inswapper"], Does.SAME))
    expected = embedding(tmp_path, person()) @ matrix

    found = sources(tmp_path, "inswapper").of(person())

    assert np.allclose(found, expected / np.linalg.norm(expected), atol=1e-6)


def test_simswap_gets_the_converted_embedding_at_length_one(tmp_path: Path) -> None:
    found = sources(tmp_path, "simswap").of(person())

    assert np.allclose(found, embedding(tmp_path, person())[::-1], atol=1e-6)


def test_ghost_gets_the_converted_embedding_as_long_as_it_is(tmp_path: Path) -> None:
    found = sources(tmp_path, "ghost").of(person())

    assert np.linalg.norm(found) > 10
    expected = embedding(tmp_path, person())[::-1]
    assert np.allclose(found / np.linalg.norm(found), expected, atol=1e-6)


@pytest.mark.parametrize(("name", "side"), [("blendswap", 112), ("uniface", 256)])
def test_networks_that_look_at_a_picture_get_the_aligned_portrait(
    tmp_path: Path, name: str, side: int
) -> None:
    path = swapper(tmp_path, FAMILIES[name], Does.SAME)
    found = open_sources(FAMILIES[name], path, None, None, RUNTIME).of(person())

    assert found.shape == (3, side, side)
    assert found.min() >= 0
    assert 0.5 < found.max() <= 1


def test_a_person_is_worked_out_once(tmp_path: Path) -> None:
    known = sources(tmp_path, "hyperswap")
    model = known.embedder
    assert model is not None
    counted = Counted(model.called, model.session, model.inputs, model.batching, "")
    counting = replace(known, embedder=counted)
    Counted.runs = 0
    first = counting.of(person())
    for _ in range(5):
        assert counting.of(person()) is first

    assert Counted.runs == 1


def test_a_person_whose_portrait_changed_is_worked_out_again(tmp_path: Path) -> None:
    known = sources(tmp_path, "hyperswap")
    other = person().model_copy(update={"portrait": portrait(3)})

    assert not np.allclose(known.of(person()), known.of(other))


def test_a_person_without_a_portrait_is_nobody_whom_a_network_can_show(tmp_path: Path) -> None:
    assert (
        sources(tmp_path, "hyperswap").of(person().model_copy(update={"portrait": None})) is None
    )


def huge() -> bytes:
    """Return a PNG that says it is 30,000 pixels wide."""
    content = portrait().picture
    return content[:16] + (30_000).to_bytes(4, "big") + content[20:]


@pytest.mark.parametrize(
    "broken",
    [
        PortraitPlan.model_construct(picture=b"no picture", points=portrait().points),
        PortraitPlan.model_construct(picture=b"", points=portrait().points),
        PortraitPlan.model_construct(picture=portrait().picture[:300], points=portrait().points),
        PortraitPlan.model_construct(picture=huge(), points=portrait().points),
        PortraitPlan.model_construct(picture=portrait().picture, points=((5.0, 5.0),) * 5),
    ],
)
def test_a_broken_portrait_is_refused(tmp_path: Path, broken: PortraitPlan) -> None:
    with pytest.raises(InvalidPlan, match="portrait of i0001"):
        sources(tmp_path, "hyperswap").of(person().model_copy(update={"portrait": broken}))


def test_a_family_with_embeddings_asks_for_an_embedder(tmp_path: Path) -> None:
    family = FAMILIES["inswapper"]
    with pytest.raises(Misused, match="embedder"):
        open_sources(family, swapper(tmp_path, family, Does.SAME), None, None, RUNTIME)


def test_inswapper_without_its_matrix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="512 x 512"):
        mapping_of(embedder(tmp_path))


def test_an_inswapper_that_is_absent_or_damaged_is_named(tmp_path: Path) -> None:
    half = tmp_path / "half.onnx"
    half.write_bytes(embedder(tmp_path).read_bytes()[:100])

    for path, said in ((half, "half.onnx is damaged"), (tmp_path / "no.onnx", "no.onnx is not")):
        with pytest.raises(ModelMissing, match=said):
            open_sources(FAMILIES["inswapper"], path, embedder(tmp_path), None, RUNTIME)
