"""What the similarities of a made recogniser mean: a file as `tools.face_space.calibrate` writes it."""

import hashlib
import json
from pathlib import Path
from typing import Any

STRANGERS = {"mean": 0.3, "deviation": 0.2, "pairs": 100, "people": 15}

WEIGHTS = "0" * 64
"""The digest of weights that nobody has."""


def scale(embedder: str, width: int, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a scale by which everybody is an adult."""
    told = {
        "source": "the test that made it",
        "embedder": embedder,
        "weights": WEIGHTS,
        "mean": [0.0] * width,
        "strangers": dict.fromkeys(("infant", "child", "adult"), STRANGERS),
        "age_weights": [[0.0] * 3] * width,
        "age_bias": [0.0, 0.0, 1.0],
    }
    return told | changes


def digest(weights: Path) -> str:
    """Return what a scale says of the weights that it was learned with."""
    return hashlib.sha256(weights.read_bytes()).hexdigest()


def scale_file(path: Path, embedder: str, width: int, **changes: Any) -> Path:  # noqa: ANN401
    """Write such a file."""
    path.write_text(json.dumps(scale(embedder, width, **changes)))
    return path
