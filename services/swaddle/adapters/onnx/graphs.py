"""ONNX files as graphs: to read what lies in them, or to change it before they are opened."""

from pathlib import Path
from typing import Any

import onnx
from google.protobuf.message import DecodeError

from swaddle.kernel.errors import ModelMissing

from .sessions import check_there


def loaded(path: Path) -> Any:  # noqa: ANN401 - protobuf has no types
    """Return the model of a file; raises ModelMissing where it is absent or damaged."""
    check_there(path)
    try:
        return onnx.load(path)
    except DecodeError as error:
        raise ModelMissing(
            f"The model {path.name} is damaged; run `swaddle models verify`, and fetch it again."
        ) from error
