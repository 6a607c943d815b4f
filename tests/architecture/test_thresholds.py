"""Every threshold is calibrated, or it is said why not; the record is that of the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.calibrate.page import inventory
from tools.calibrate.record import Record, read, value_of

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "services/swaddle"

LOOKING = (
    *("kernel", "detection", "linking", "gate", "identity", "swapping", "evaluation"),
    *("adapters/appearance", "adapters/litert", "adapters/onnx", "adapters/dlib"),
)
"""What looks at pictures, and decides about them."""


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def trees() -> Iterator[tuple[str, ast.Module]]:
    for folder in LOOKING:
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            yield module_of(path), ast.parse(path.read_text())


def is_number(value: ast.expr) -> bool:
    match value:
        case ast.Constant(value=bool()):
            return False
        case ast.Constant(value=int() | float()):
            return True
        case ast.UnaryOp(operand=operand):
            return is_number(operand)
        case ast.BinOp(left=left, right=right):
            return is_number(left) or is_number(right)
    return False


def numbers(tree: ast.Module) -> Iterator[str]:
    """Yield the names of the numbers that a module defines."""
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and node.value is not None and is_number(node.value):
            yield ast.unparse(node.target)


def imports(module: str, tree: ast.Module) -> dict[str, str]:
    """Return what names of a module stand for, where they come from another one."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            parts = module.split(".")[: -node.level] if node.level else []
            origin = ".".join([*parts, *([node.module] if node.module else [])])
            for name in node.names:
                found[name.asname or name.name] = f"{origin.removeprefix('swaddle.')}.{name.name}"
    return found


def compared() -> set[str]:
    """Return the numbers with which something is compared somewhere."""
    known = {f"{module}.{name}" for module, tree in trees() for name in numbers(tree)}
    used = set()
    for module, tree in trees():
        elsewhere = imports(module, tree)
        for comparison in (node for node in ast.walk(tree) if isinstance(node, ast.Compare)):
            for name in (n.id for n in ast.walk(comparison) if isinstance(n, ast.Name)):
                used.add(elsewhere.get(name, f"{module}.{name}"))
    return used & known


def listed() -> list[str]:
    stated = inventory()
    return [*stated.operating, *(name for part in stated.reasons.values() for name in part)]


def records() -> list[Record]:
    return list(read().values())


def test_whatever_something_is_compared_with_is_in_the_inventory() -> None:
    missing = sorted(compared() - set(listed()))

    assert missing == [], "say in tools/calibrate/thresholds.toml what these are"


def test_the_inventory_names_nothing_twice_and_nothing_that_is_gone() -> None:
    assert len(listed()) == len(set(listed()))
    for name in listed():
        value_of(name)


def test_every_operating_point_is_calibrated() -> None:
    assert {record.threshold for record in records()} == set(inventory().operating)


@pytest.mark.parametrize("record", records(), ids=lambda record: record.threshold)
def test_the_code_has_the_value_that_was_calibrated(record: Record) -> None:
    assert value_of(record.threshold) == pytest.approx(record.value), (
        "calibrate again: python -m tools.calibrate (docs/reference/calibration.md)"
    )


def test_no_number_is_compared_without_a_name() -> None:
    bare = {
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in PACKAGE.rglob("*.py")
        for line in path.read_text().splitlines()
        if "noqa" in line and "PLR2004" in line
    }

    assert bare == set()
