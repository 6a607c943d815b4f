"""
A part of a model: from some of its tensors to some others.

LiteRT refuses a model with one operator that it lacks, even where the rest is what one wants. Which
operators a model runs, and what goes in and out, is three vectors of its file (schema.fbs of LiteRT):
they are written over, and become shorter.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from flatbuffers import flexbuffers
from flatbuffers.table import Table

# Where a table of the schema has its fields: four bytes, then two for each field before.
SUBGRAPHS: Final = 8
TENSORS, INPUTS, OUTPUTS, OPERATORS = 4, 6, 8, 10
TENSOR_NAME: Final = 10
OPERATOR_INPUTS, OPERATOR_OUTPUTS, OPERATOR_OPTIONS = 6, 8, 14

LENGTH: Final = 4
"""Bytes before a vector that say how long it is, and bytes of a place in it."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredGraph:
    """A model's file, and what its operators run on."""

    content: bytes
    tensors: Sequence[str]
    """Their names; elsewhere they are numbers."""
    operators: Sequence[Table]

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Read a file; raises ValueError, struct.error or IndexError where it is no model."""
        graph = _first_subgraph(content)
        return cls(content, _tensors(graph), _tables(graph, OPERATORS))

    def cut(self, start: Iterable[str], end: Sequence[str]) -> bytes:
        """
        Return the model that computes the tensors `end` from the tensors `start`.

        Raises ValueError where a tensor is missing, where `end` needs more than `start`, or where
        more go in or out than in the whole model.
        """
        content = bytearray(self.content)
        graph = _first_subgraph(content)
        entries = [self.tensors.index(name) for name in start]
        results = [self.tensors.index(name) for name in end]
        outside = set(_numbers(graph, INPUTS)) - set(entries)
        kept = _needed(self.operators, entries, results, outside)
        _shorten(content, graph, OPERATORS, [self.operators[k].Pos for k in kept])
        _rewrite(content, graph, INPUTS, entries)
        _rewrite(content, graph, OUTPUTS, results)
        return bytes(content)

    def options(self, tensor: str) -> Mapping[str, Any]:
        """
        Return what the operator of somebody's own that makes a tensor is told.

        Raises ValueError where there is none.
        """
        number = self.tensors.index(tensor)
        for operator in self.operators:
            if number in _numbers(operator, OPERATOR_OUTPUTS):
                first, count = _vector(operator, OPERATOR_OPTIONS)
                told: Mapping[str, Any] = flexbuffers.Loads(self.content[first : first + count])
                return told
        raise ValueError(tensor)


def _first_subgraph(content: bytes | bytearray) -> Table:
    model = Table(content, int.from_bytes(content[:LENGTH], "little"))
    return _tables(model, SUBGRAPHS)[0]


def _tables(table: Table, field: int) -> list[Table]:
    """Return the tables that a field lists."""
    first, count = _vector(table, field)
    places = (first + LENGTH * index for index in range(count))
    return [Table(table.Bytes, table.Indirect(place)) for place in places]


def _vector(table: Table, field: int) -> tuple[int, int]:
    """Return where the vector of a field begins, and how long it is."""
    offset = table.Offset(field)
    return (table.Vector(offset), table.VectorLen(offset)) if offset else (0, 0)


def _tensors(graph: Table) -> list[str]:
    return [
        tensor.String(tensor.Offset(TENSOR_NAME) + tensor.Pos).decode()
        for tensor in _tables(graph, TENSORS)
    ]


def _needed(
    operators: Sequence[Table], start: Sequence[int], end: Sequence[int], outside: Container[int]
) -> list[int]:
    """
    Return which operators lead from some tensors to some others, in the model's order.

    Raises ValueError where they need a tensor from `outside`.
    """
    made_by = {
        made: k for k, one in enumerate(operators) for made in _numbers(one, OPERATOR_OUTPUTS)
    }
    found: set[int] = set()
    wanted = list(end)
    while wanted:
        tensor = wanted.pop()
        if tensor in outside:
            raise ValueError(f"Tensor {tensor} would have to be given, too.")
        maker = made_by.get(tensor)
        if tensor in start or maker is None or maker in found:
            continue
        found.add(maker)
        wanted += _numbers(operators[maker], OPERATOR_INPUTS)
    return sorted(found)


def _numbers(table: Table, field: int) -> list[int]:
    first, count = _vector(table, field)
    return np.frombuffer(bytes(table.Bytes[first : first + LENGTH * count]), "<i4").tolist()


def _shorten(content: bytearray, graph: Table, field: int, kept: Sequence[int]) -> None:
    """Keep the tables of a list that begin at some bytes: it holds how far away each is."""
    first, _ = _vector(graph, field)
    _write(content, first, [at - (first + LENGTH * index) for index, at in enumerate(kept)])


def _rewrite(content: bytearray, graph: Table, field: int, numbers: Sequence[int]) -> None:
    first, count = _vector(graph, field)
    if len(numbers) > count:
        raise ValueError(f"{len(numbers)} tensors do not fit in the place of {count}.")
    _write(content, first, numbers)


def _write(content: bytearray, first: int, numbers: Sequence[int]) -> None:
    content[first - LENGTH : first] = len(numbers).to_bytes(LENGTH, "little")
    content[first : first + LENGTH * len(numbers)] = np.array(numbers, "<u4").tobytes()
