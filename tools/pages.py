"""Reference pages that follow from the code: commands, settings, the plan."""

import inspect
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import typer
from pydantic import BaseModel
from typer.cli import get_docs_for_click

from swaddle import settings
from swaddle.entrypoints.cli.exit_codes import CODES, ExitCode
from swaddle.entrypoints.cli.main import app
from swaddle.evaluation.figures import DEFINITIONS
from swaddle.kernel import plan
from swaddle.settings import Settings

from .fields import WRITTEN, attribute_docs, fields, words


def pages(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield every page with its path below `folder`."""
    yield folder / "commands.md", commands().encode()
    yield folder / "settings.md", all_settings().encode()
    yield folder / "plan.md", plan_fields().encode()
    yield folder / "evaluation.md", all_figures().encode()


EVALUATION: Final = """\
# Figures of an evaluation

`swaddle evaluate ORIGINAL ANONYMIZED` measures these on two files, whoever made the second one.
Each has a 95 % interval (bootstrap over seconds of tracks), and beside it stands what a copy of
the original reaches that was only encoded again: no anonymized video can do better.

A figure is absent where a clip does not tell: trajectories are taken on faces of at least 48 px
that have a mesh in all three videos for at least 10 frames, and only on signals that move more
than the new encoding disturbs them.

{tables}

The `.evaluation.json` holds the figures, their definitions and when a face shows; the
`.evaluation.parquet` one row for each face and frame, with pose, gaze, eyes, mouth and brows
before and after; the `.evaluation.html` all of it for people, with curves.
"""


def all_figures() -> str:
    """Return what each figure of an evaluation says."""
    parts = []
    for group, members in groupby(DEFINITIONS, lambda definition: definition.group):
        rows = "\n".join(
            f"| `{d.name}` | {d.unit} | {d.better} | {d.text} {d.source} |".replace("  |", " |")
            for d in members
        )
        parts.append(
            f"## {group}\n\n| figure | unit | better | what it says |\n|---|---|---|---|\n{rows}"
        )
    source = WRITTEN.format(source="services/swaddle/evaluation/figures.py")
    return source + EVALUATION.format(tables="\n\n".join(parts))


def commands() -> str:
    """Return what every command and option does, as `--help` says it."""
    command = typer.main.get_command(app)
    with command.make_context("swaddle", [], resilient_parsing=True) as context:
        # Its own Click, which the signature does not know.
        given: Any = context
        text = get_docs_for_click(obj=command, ctx=given, name="swaddle", title="Commands")
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
        *(plan.IdentityPlan, plan.PortraitPlan, plan.CoverPlan),
    )
    parts += [fields(model) for model in models]
    parts += [words(kind) for kind in (plan.Method, plan.Action)]
    return "\n\n".join(parts) + "\n"
