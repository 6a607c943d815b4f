"""Writes the page of the HTTP API from what the API says of itself."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from swaddle.entrypoints.http.app import make_app
from swaddle.entrypoints.http.desk import Desk

PAGE = """# HTTP API

Written by `make docs` from the API itself; `GET /openapi.json` has every schema. Each request needs
`Authorization: Bearer TOKEN`. What is refused is a problem document
(`application/problem+json`, RFC 9457) with `type`, `title`, `status` and `detail`.

{routes}
"""


def pages(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the page."""
    # The routes are known without anything behind them.
    schema = make_app(cast("Desk", None)).openapi()
    sections = [
        _section(path, method, operation, schema["components"]["schemas"])
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    ]
    yield folder / "http-api.md", PAGE.format(routes="\n".join(sections)).encode()


def _section(
    path: str, method: str, operation: Mapping[str, Any], known: Mapping[str, Any]
) -> str:
    lines = [f"## `{method.upper()} {path}`", "", operation["description"], ""]
    parameters = [p for p in operation.get("parameters", ()) if p["in"] != "path"]
    parameters += _fields(operation, known)
    if parameters:
        lines += ["| parameter | in | |", "|---|---|---|"]
        lines += [_parameter(parameter) for parameter in parameters]
        lines.append("")
    return "\n".join(lines)


def _fields(operation: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the fields of a JSON body as if they were parameters."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    form = known.get(name, {"properties": {}})
    for field, schema in form["properties"].items():
        needed = field in form.get("required", ())
        yield {"name": field, "in": "body", "schema": schema, "required": needed}


def _parameter(parameter: Mapping[str, Any]) -> str:
    schema = parameter["schema"]
    values = ", ".join(f"`{value}`" for value in schema.get("enum", ()))
    value = json.dumps(schema.get("default")).strip('"')
    default = f"default `{value}`" if schema.get("default") else ""
    needed = "required" if parameter["required"] else ""
    described = schema.get("description", "").removesuffix(".")
    said = "; ".join(part for part in (described, needed, values, default) if part)
    return f"| `{parameter['name']}` | {parameter['in']} | {said} |"
