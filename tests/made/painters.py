"""An untrained painter of identities, small enough for a processor, in a catalogue of one's own."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from .catalogues import folder_entry

PAINTER = "diffusers://permissive-sd15"


def made_painter(catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> Sequence[str]:
    """Save a tiny pipeline for `PAINTER`, and let the catalogue name it; return its models."""
    from swaddle.adapters.diffusers import presets  # noqa: PLC0415 - only with its libraries
    from tests.unit.adapters.diffusers.made import SIZE, saved  # noqa: PLC0415

    tiny = presets.preset("permissive-sd15").model_copy(update={"size": SIZE, "steps": 2})
    monkeypatch.setattr(presets, "presets", lambda: {"permissive-sd15": tiny})
    names = []
    with catalogue.open("a") as more:
        for name, folder in saved(tiny, catalogue.parent).items():
            names.append(name.replace("-", "_"))
            more.write(folder_entry(folder, names[-1]))
    return names
