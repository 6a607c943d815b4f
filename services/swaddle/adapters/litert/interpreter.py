"""LiteRT models: a picture or an array in, arrays out."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter

from swaddle.kernel.errors import ModelMissing
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats

STANDARD_ERROR: Final = 2


class LitertNetwork:
    """Runs one network on the CPU. Not safe for threads."""

    def __init__(self, model: Path | bytes, threads: int = 1) -> None:
        """`model`: a file, or what would be in one; raises ModelMissing where there is no such file."""
        with _without_chatter():
            self._interpreter = Interpreter(**_source(model), num_threads=threads)
            self._interpreter.allocate_tensors()
        (entry,) = self._interpreter.get_input_details()
        self._input = entry["index"]
        self._outputs = {o["name"]: o["index"] for o in self._interpreter.get_output_details()}
        self.shape = tuple(entry["shape"][1:].tolist())
        """Of what goes in."""

    def __call__(self, values: Floats) -> Mapping[str, Floats]:
        """Return every output by name."""
        self._interpreter.set_tensor(self._input, values[None])
        self._interpreter.invoke()
        return {
            name: self._interpreter.get_tensor(index)[0] for name, index in self._outputs.items()
        }


class LitertModel:
    """Runs a model that looks at a picture."""

    def __init__(self, model: Path | bytes, threads: int = 1, *, signed: bool = False) -> None:
        """`signed`: the model was trained on colours in -1..1 rather than 0..1."""
        self._network = LitertNetwork(model, threads)
        self._scale, self._shift = (2 / 255, -1.0) if signed else (1 / 255, 0.0)
        self.side = int(self._network.shape[0])
        """Pixels on each side of the picture the model takes."""

    def __call__(self, image: Image) -> Mapping[str, Floats]:
        """Return every output by name. `image`: BGR, (side, side, 3); the model gets RGB."""
        # In place: what a new array costs for each step adds up to a tenth of the small models.
        picture = cv2.cvtColor(image, cv2.COLOR_BGR2RGB).astype(np.float32)
        picture *= self._scale
        picture += self._shift
        return self._network(picture)


def require_file(model: Path) -> Path:
    """Return a model's file; raises ModelMissing where there is none."""
    if not model.is_file():
        raise ModelMissing(f"The model {model.name} is not there.")
    return model


def _source(model: Path | bytes) -> dict[str, str | bytes]:
    """Return what the library calls a file, and what would be in one."""
    if isinstance(model, bytes):
        return {"model_content": model}
    return {"model_path": str(require_file(model))}


@contextmanager
def _without_chatter() -> Iterator[None]:
    """
    Keep what the library says about itself from the user's terminal.

    It writes to the file descriptor, and has no setting for it; what goes wrong, it raises.
    """
    kept, nowhere = os.dup(STANDARD_ERROR), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, STANDARD_ERROR)
        yield
    finally:
        os.dup2(kept, STANDARD_ERROR)
        os.close(kept)
        os.close(nowhere)


def sigmoid(values: Floats) -> Floats:
    """Return 1 / (1 + exp(-values)) without overflow in single precision."""
    return 1 / (1 + np.exp(-np.clip(values, -80, 80)))
