"""Models of any kind of number, on any number of inputs, on devices with little memory."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto
from onnxruntime.capi.onnxruntime_pybind11_state import InvalidArgument, RuntimeException

from swaddle.adapters.onnx import running
from swaddle.adapters.onnx.running import Model, Runtime, open_model
from swaddle.kernel.devices import Device
from swaddle.kernel.errors import ModelFailed, ModelMissing, OutOfMemory
from tests.made.devices import SAID, Crowded
from tests.made.graphs import node, written


def sums(folder: Path, batch: int | str = "batch", kind: int = TensorProto.FLOAT) -> Path:
    """Write a model that adds its second input to its first."""
    shapes = {"one": [batch, 4], "two": [batch, 4]}
    nodes = [node("Add", "one two", "sum")]
    return written(folder / "sums.onnx", nodes, shapes, {"sum": [batch, 4]}, kind=kind)


def opened(path: Path, batch: int = 1) -> Model:
    shapes = {"two": (1, 4), "one": (1, 4)}
    return open_model(path, shapes, 1, Runtime(Device.CPU, threads=1, batch=batch))


def rows(count: int) -> list[tuple[NDArray, NDArray]]:
    return [(np.full(4, n, np.float32), np.full(4, 10.0 * n)) for n in range(count)]


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 100])
def test_every_row_has_its_own_outputs(tmp_path: Path, batch: int) -> None:
    outputs = opened(sums(tmp_path), batch).run(rows(7))

    assert [float(output[0][0]) for output in outputs] == [11.0 * n for n in range(7)]


@pytest.mark.parametrize("kind", [TensorProto.FLOAT16, TensorProto.DOUBLE])
def test_a_model_gets_the_numbers_that_it_takes(tmp_path: Path, kind: int) -> None:
    ((output,),) = opened(sums(tmp_path, kind=kind)).run(rows(2)[1:])

    assert output.dtype == np.float32
    assert output.tolist() == [11, 11, 11, 11]


def single(folder: Path, nodes: Sequence[NodeProto], **constants: NDArray) -> Path:
    """Write a model whose file is for one input."""
    shapes = {"one": [1, 4], "two": [1, 4]}
    return written(folder / "single.onnx", nodes, shapes, {"sum": [1, 4]}, constants)


def test_a_file_for_one_face_takes_many_where_nothing_in_it_minds(tmp_path: Path) -> None:
    model = opened(single(tmp_path, [node("Add", "one two", "sum")]), batch=16)

    assert model.batching.size == 16
    assert [float(output[0][0]) for output in model.run(rows(5))] == [0, 11, 22, 33, 44]


@pytest.mark.parametrize("kind", ["a constant shape", "a mean over faces"])
def test_a_file_for_one_face_gets_faces_one_by_one_where_it_minds(
    tmp_path: Path, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    added = node("Add", "one two", "each")
    if kind == "a constant shape":
        nodes = [added, node("Reshape", "each shape", "sum")]
        path = single(tmp_path, nodes, shape=np.array([1, 4]))
    else:
        nodes = [
            added,
            node("ReduceMean", "each", "mean", axes=[0]),
            node("Mul", "mean ones", "sum"),
        ]
        path = single(tmp_path, nodes, ones=np.ones((1, 4), np.float32))
    model = opened(path, batch=16)

    assert model.batching.size == 1
    assert [float(output[0][0]) for output in model.run(rows(5))] == [0, 11, 22, 33, 44]
    assert capfd.readouterr() == ("", "")


def test_a_file_for_one_face_stays_one_under_tensorrt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = running.open_session
    monkeypatch.setattr(
        running, "open_session", lambda path, _, threads: real(path, Device.CPU, threads)
    )
    path = single(tmp_path, [node("Add", "one two", "sum")])
    runtime = Runtime(Device.TENSORRT, threads=1, batch=16)

    assert open_model(path, {"one": (1, 4), "two": (1, 4)}, 1, runtime).batching.size == 1


@pytest.mark.parametrize("batch", [1, 16])
def test_plain_numbers_are_outputs_of_a_file_for_one_face(tmp_path: Path, batch: int) -> None:
    # As LivePortrait's pitch, yaw and roll are, in some exports.
    nodes = [node("Add", "one two", "each"), node("ReduceMean", "each", "sum", keepdims=0)]
    shapes = {"one": [1, 4], "two": [1, 4]}
    path = written(tmp_path / "scalar.onnx", nodes, shapes, {"sum": []})
    outputs = opened(path, batch).run(rows(3))

    assert [float(output[0]) for output in outputs] == [0, 11, 22]


def test_a_model_that_mixes_the_faces_of_a_batch_is_not_believed(tmp_path: Path) -> None:
    nodes = [node("Add", "one two", "each"), node("ReduceMean", "each", "sum", axes=[0])]
    shapes = {"one": ["batch", 4], "two": ["batch", 4]}
    path = written(tmp_path / "mixing.onnx", nodes, shapes, {"sum": [1, 4]})

    with pytest.raises(ModelFailed, match="faces of a batch apart"):
        opened(path, batch=4).run(rows(3))


def test_a_file_for_three_faces_at_once_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="another signature"):
        opened(sums(tmp_path, batch=3))


def test_memory_that_is_bound_gives_the_same(tmp_path: Path) -> None:
    plain = opened(sums(tmp_path), batch=4)
    bound = Model(plain.called, plain.session, plain.inputs, plain.batching, bound="cpu")

    assert np.array_equal(bound.run(rows(9)), plain.run(rows(9)))


def crowded(
    path: Path, room: int, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> tuple[Model, Crowded]:
    sessions: list[Crowded] = []
    real = running.open_session

    def open_session(*where: object) -> Crowded:
        sessions.append(Crowded(real(*where), room, error))
        return sessions[-1]

    monkeypatch.setattr(running, "open_session", open_session)
    return opened(path, batch=8), sessions[0]


def test_a_device_with_little_memory_gets_half_as_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, device = crowded(sums(tmp_path), 3, RuntimeException(SAID), monkeypatch)
    outputs = model.run(rows(7))

    assert [float(output[0][0]) for output in outputs] == [11.0 * n for n in range(7)]
    assert device.batches == [3, 3, 1]


def test_a_device_that_does_not_take_one_is_out_of_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, _ = crowded(sums(tmp_path), 0, RuntimeException(SAID), monkeypatch)

    with pytest.raises(OutOfMemory):
        model.run(rows(7))


@pytest.mark.parametrize("kind", [RuntimeException, InvalidArgument, RuntimeError])
def test_a_model_that_stops_is_named_and_not_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    model, _ = crowded(
        sums(tmp_path), 0, kind("Error in execution: CUDA error 700: in node 12"), monkeypatch
    )

    with pytest.raises(ModelFailed, match=r"^The model sums\.onnx stopped on a face\.$"):
        model.run(rows(1))


def grown(folder: Path, output: Sequence[int | str]) -> Path:
    """Write a model whose output is twice as long as its inputs, and says what it likes of it."""
    shapes = {"one": ["batch", 4], "two": ["batch", 4]}
    nodes = [node("Add", "one two", "once"), node("Concat", "once once", "sum", axis=1)]
    return written(folder / "grown.onnx", nodes, shapes, {"sum": output})


def held_to(path: Path, shape: tuple[int, ...]) -> Model:
    return open_model(path, [(1, 4), (1, 4)], 1, Runtime(Device.CPU, batch=2), [shape])


def test_a_file_that_says_it_gives_another_shape_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"expected 4 in its output sum, found 8\."):
        held_to(grown(tmp_path, ["batch", 8]), (4,))


def test_a_model_that_gives_another_shape_than_promised_fails(tmp_path: Path) -> None:
    model = replace(held_to(grown(tmp_path, ["batch", 8]), (8,)), gives=[(4,)])

    with pytest.raises(ModelFailed, match=r"grown.onnx gave 8 for a face, not 4\."):
        model.run(rows(2))


def test_sides_of_one_tell_nothing(tmp_path: Path) -> None:
    outputs = held_to(grown(tmp_path, ["batch", 8]), (1, 8)).run(rows(3))

    assert [output.shape for (output,) in outputs] == [(1, 8)] * 3
