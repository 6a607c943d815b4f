"""One LiteRT model: a picture in, arrays out."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from swaddle.kernel.errors import ModelMissing
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Floats


class LitertModel:
    """Runs one model on the CPU. Not safe for threads."""

    def __init__(self, model: Path, threads: int = 1, *, signed: bool = False) -> None:
        """`signed`: the model was trained on colours in -1..1 rather than 0..1."""
        if not model.is_file():
            raise ModelMissing(f"The model {model.name} is not there.")
        self._interpreter = Interpreter(model_path=str(model), num_threads=threads)
        self._interpreter.allocate_tensors()
        (entry,) = self._interpreter.get_input_details()
        self._input = entry["index"]
        self._scale, self._shift = (2 / 255, -1.0) if signed else (1 / 255, 0.0)
        self._outputs = {o["name"]: o["index"] for o in self._interpreter.get_output_details()}
        self.side = int(entry["shape"][1])
        """Pixels on each side of the picture the model takes."""

    def __call__(self, image: Image) -> Mapping[str, Floats]:
        """Return every output by name. `image`: BGR, (side, side, 3); the model gets RGB."""
        picture = np.ascontiguousarray(image[:, :, ::-1], np.float32) * self._scale + self._shift
        self._interpreter.set_tensor(self._input, picture[None])
        self._interpreter.invoke()
        return {
            name: self._interpreter.get_tensor(index)[0] for name, index in self._outputs.items()
        }


def sigmoid(values: Floats) -> Floats:
    """Return 1 / (1 + exp(-values)) without overflow in single precision."""
    return 1 / (1 + np.exp(-np.clip(values, -80, 80)))
