"""Describes classes in Markdown, from what they say of themselves."""

import ast
import inspect
from typing import Any, Final

from pydantic import BaseModel

WRITTEN: Final = "<!-- Written by tools/generated.py from {source}. -->\n\n"


def fields(model: type[BaseModel]) -> str:
    """Return the fields of a record as a section with a table."""
    docs = attribute_docs(model)
    shown = model.model_json_schema()["properties"]
    rows = "\n".join(
        f"| `{name}` | {_type(shown[name])} | {docs.get(name, '')} |"
        for name in model.model_fields
    )
    about = inspect.cleandoc(model.__doc__ or "")
    return f"## {model.__name__}\n\n{about}\n\n| field | type | meaning |\n|---|---|---|\n{rows}"


def words(kind: Any) -> str:  # noqa: ANN401 - an enumeration of words
    """Return the words of an enumeration as a section with a table."""
    docs = attribute_docs(kind)
    rows = "\n".join(f"| `{w.value}` | {docs.get(w.name, '')} |" for w in kind)
    about = inspect.cleandoc(kind.__doc__ or "")
    return f"## {kind.__name__}\n\n{about}\n\n| word | meaning |\n|---|---|\n{rows}"


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[1]
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("type", schema.get("const", "")))


def attribute_docs(kind: type) -> dict[str, str]:
    """Return the docstrings below the attributes of a class."""
    (node,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(node, ast.ClassDef)  # noqa: S101 - the source of a class
    found: dict[str, str] = {}
    for before, after in zip(node.body, node.body[1:], strict=False):
        if not (isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)):
            continue
        target = before.target if isinstance(before, ast.AnnAssign) else None
        if isinstance(before, ast.Assign):
            target = before.targets[0]  # type: ignore[assignment]
        if isinstance(target, ast.Name):
            found[target.id] = " ".join(str(after.value.value).split())
    return found
