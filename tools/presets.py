"""The reference page of the presets, from services/swaddle/adapters/diffusers/presets.toml."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from swaddle.adapters.diffusers import presets as written
from swaddle.adapters.diffusers.presets import Preset, Weights

from .fields import WRITTEN, fields

SOURCE: Final = "services/swaddle/adapters/diffusers/presets.toml"

PAGE: Final = """\
# Presets

How `SWADDLE_IDENTITY_URL=diffusers://PRESET` paints synthetic people;
[why so](../explanation/diffusion.md). Each part lies in its folder below the model folder
(`SWADDLE_MODEL_FOLDER`), in the form of diffusers with safetensors. Licences are those that the
model cards state; those of the OpenRAIL kind allow commercial use and forbid the uses that they
list, of which harm to minors is one.
"""

NUMBERS: Final = (
    *("kind", "size", "steps", "cfg", "strength", "control_first"),
    *("padding", "mask_growth", "mask_blur"),
)
MODELS: Final = (written.Preset, written.Weights, written.Control, written.Canny, written.Refiner)


def pages(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the page with its path below `folder`."""
    parts = [WRITTEN.format(source=SOURCE) + PAGE]
    parts += [_preset(name, preset) for name, preset in written.presets().items()]
    parts += ["## Keys", *(fields(model) for model in MODELS)]
    yield folder / "presets.md", ("\n\n".join(part.strip() for part in parts) + "\n").encode()


def _preset(name: str, preset: Preset) -> str:
    said = preset.model_dump(mode="json")
    numbers = ", ".join(f"{key} {said[key]}" for key in NUMBERS)
    options = ", ".join(f"{key} {value}" for key, value in preset.scheduler.options.items())
    rows = "\n".join(_row(preset, part) for part in preset.parts())
    prompts = "\n".join(f"* {group}: {words}" for group, words in said["prompts"].items())
    return (
        f"## {name}\n\n{preset.purpose}.\n\n"
        f"| part | folder | origin | licence | commercial use | settings | to know |\n"
        f"|---|---|---|---|---|---|---|\n{rows}\n\n"
        f"Numbers: {numbers}.\n\nScheduler: `{preset.scheduler.name}`, {options}.\n\n"
        f"{prompts}\n* not: {preset.negative}"
    )


def _row(preset: Preset, part: Weights) -> str:
    names = {"weights": "networks"}
    role = next(key for key in type(preset).model_fields if getattr(preset, key) is part)
    known = set(Weights.model_fields)
    settings = [f"{k} {v}" for k, v in part.model_dump().items() if k not in known]
    cells = (
        names.get(role, role),
        f"`{part.folder}`",
        part.origin,
        part.licence,
        "yes" if part.commercial else "no",
        ", ".join(settings),
        part.restrictions,
    )
    return f"| {' | '.join(cells)} |".replace("  |", " |")
