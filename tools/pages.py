"""Reference pages that follow from the code: commands, settings, the plan."""

import inspect
from collections.abc import Iterator
from pathlib import Path

import typer
from pydantic import BaseModel
from typer.cli import get_docs_for_click

from swaddle import settings
from swaddle.entrypoints.cli.exit_codes import CODES, ExitCode
from swaddle.entrypoints.cli.main import app
from swaddle.kernel import plan
from swaddle.settings import Settings

from .fields import WRITTEN, attribute_docs, fields, words


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
    docs = attribute_docs(settings.Settings)
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
    parts += [fields(model) for model in models]
    parts += [words(kind) for kind in (plan.Method, plan.Action)]
    return "\n\n".join(parts) + "\n"
