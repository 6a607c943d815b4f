"""Reference pages that follow from the code: commands, settings, the plan."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel
from typer.cli import get_docs_for_click

from swaddle import settings
from swaddle.entrypoints.cli.exit_codes import CODES, ExitCode
from swaddle.entrypoints.cli.main import app
from swaddle.kernel import plan
from swaddle.settings import Settings

WRITTEN = "<!-- Written by tools/generated.py from {source}. -->\n\n"


def pages(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield every page with its path below `folder`."""
    yield folder / "commands.md", commands().encode()
    yield folder / "settings.md", all_settings().encode()
    yield folder / "plan.md", plan_fields().encode()


def commands() -> str:
    """Return what every command and option does, as `--help` says it."""
    command = typer.main.get_command(app)
    with command.make_context("swaddle", [], resilient_parsing=True) as context:
        text = get_docs_for_click(obj=command, ctx=context, name="swaddle", title="Commands")
    codes = "\n".join(f"| {code.value} | {_meaning(code)} |" for code in ExitCode)
    return (
        WRITTEN.format(source="services/swaddle/entrypoints/cli")
        + text.strip()
        + f"\n\n## Exit codes\n\n| code | means |\n|--:|---|\n{codes}\n"
    )


def _meaning(code: ExitCode) -> str:
    words = {
        ExitCode.RELEASED: "released; all is well",
        ExitCode.UNEXPECTED: "unexpected, or not what was signed",
        ExitCode.USAGE: "the command cannot be meant like this",
        ExitCode.REJECTED: "the input is no video that can be taken",
        ExitCode.HELD: "held for review: a face may show",
        ExitCode.UNAVAILABLE: "a dependency is missing or down",
        ExitCode.STORAGE: "cannot read or write",
        ExitCode.INTERRUPTED: "interrupted",
    }
    errors = ", ".join(f"`{kind.__name__}`" for kind, known in CODES if known is code)
    return f"{words[code]} ({errors})" if errors else words[code]


def all_settings() -> str:
    """Return every setting with its variable, default and meaning."""
    docs = _attribute_docs(settings.Settings)
    rows = "\n".join(
        f"| `SWADDLE_{name.upper()}` | {_default(name)} | {docs[name]} |"
        for name in Settings.model_fields
    )
    return (
        WRITTEN.format(source="services/swaddle/settings.py")
        + "# Settings\n\nWhat the environment can say. Nothing else reads it.\n\n"
        f"| variable | default | meaning |\n|---|---|---|\n{rows}\n"
    )


def _default(name: str) -> str:
    value = Settings.model_fields[name].default
    if name in ("model_folder", "work_folder"):
        return "in the user's cache folder"
    if name == "config_folder":
        return "in the user's configuration folder"
    return f"`{value}`" if value not in ("", None, Path()) else ""


def plan_fields() -> str:
    """Return the fields of a plan, with what each means."""
    parts = [
        WRITTEN.format(source="services/swaddle/kernel/plan.py")
        + f"# The plan\n\n{inspect.cleandoc(plan.__doc__ or '')}\n\n"
        "A field with another name, or a value that cannot be meant, is refused with its place."
    ]
    models: tuple[type[BaseModel], ...] = (
        *(plan.Plan, plan.SubjectPlan, plan.TrackPlan, plan.Span),
        *(plan.IdentityPlan, plan.CoverPlan),
    )
    parts += [_fields(model) for model in models]
    parts += [_words(kind) for kind in (plan.Method, plan.Action)]
    return "\n\n".join(parts) + "\n"


def _fields(model: type[BaseModel]) -> str:
    docs = _attribute_docs(model)
    shown = model.model_json_schema()["properties"]
    rows = "\n".join(
        f"| `{name}` | {_type(shown[name])} | {docs.get(name, '')} |"
        for name in model.model_fields
    )
    about = inspect.cleandoc(model.__doc__ or "")
    return f"## {model.__name__}\n\n{about}\n\n| field | type | meaning |\n|---|---|---|\n{rows}"


def _words(kind: Any) -> str:  # noqa: ANN401 - an enumeration of words
    docs = _attribute_docs(kind)
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


def _attribute_docs(kind: type) -> dict[str, str]:
    """Return the docstrings below the attributes of a class."""
    (node,) = ast.parse(inspect.getsource(kind)).body
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
