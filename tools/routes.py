"""Writes the page of the HTTP API from what the API says of itself."""

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
        _section(path, method, operation)
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    ]
    yield folder / "http-api.md", PAGE.format(routes="\n".join(sections)).encode()


def _section(path: str, method: str, operation: Mapping[str, Any]) -> str:
    lines = [f"## `{method.upper()} {path}`", "", operation["description"], ""]
    parameters = [p for p in operation.get("parameters", ()) if p["in"] != "path"]
    if parameters:
        lines += ["| parameter | in | |", "|---|---|---|"]
        lines += [_parameter(parameter) for parameter in parameters]
        lines.append("")
    return "\n".join(lines)


def _parameter(parameter: Mapping[str, Any]) -> str:
    schema = parameter["schema"]
    values = ", ".join(f"`{value}`" for value in schema.get("enum", ()))
    default = f"default `{schema['default']}`" if schema.get("default") else ""
    needed = "required" if parameter["required"] else ""
    said = "; ".join(part for part in (needed, values, default) if part)
    return f"| `{parameter['name']}` | {parameter['in']} | {said} |"
