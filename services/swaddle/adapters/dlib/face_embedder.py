"""
dlib's face recognition ResNet: 128 numbers a face.

The weights (dlib_face_recognition_resnet_model_v1.dat) are CC0. Raw vectors of small children are
nearly parallel, so the mean of many synthetic people is subtracted first (DESIGN 5).

dlib cuts the faces out, ONNX Runtime runs the network (see `network`).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import dlib
import numpy as np
import onnxruntime

from swaddle.kernel.errors import ModelMissing
from swaddle.kernel.faces import (
    LEFT_EYE_INNER,
    LEFT_EYE_OUTER,
    NOSE_BASE,
    RIGHT_EYE_INNER,
    RIGHT_EYE_OUTER,
)
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Box, Floats
from swaddle.kernel.numbers import require_numbers
from swaddle.kernel.recognition import require_centre, unit

from .network import CHIP_SIDE, PICTURES, WIDTH, graph_of

CHIP_PADDING: Final = 0.25
"""Room around the face that the network was trained with: dlib's own default."""

COLOURS: Final = np.array([122.782, 117.001, 104.298], np.float32)
COLOUR_SPREAD: Final = 256.0
"""A colour, RGB, is shown as (colour - mean) / spread: dlib's `input_rgb_image_sized`."""

# The order of dlib's own five points: eye corners of the picture's right eye from outside to
# inside, of its left eye likewise, and the base of the nose.
FIVE_POINTS: Final = (
    RIGHT_EYE_OUTER,
    RIGHT_EYE_INNER,
    LEFT_EYE_OUTER,
    LEFT_EYE_INNER,
    NOSE_BASE,
)


class DlibFaceEmbedder:
    """Runs the ResNet on the processor."""

    def __init__(self, model: Path, mean: Floats, threads: int = 1) -> None:
        """`mean` (128,): the raw vector of nobody in particular. `threads`: 0 stands for all cores."""
        if not model.is_file():
            raise ModelMissing(f"The model {model.name} is not there.")
        require_centre(mean, WIDTH, "dlib")
        try:
            graph = graph_of(model.read_bytes())
        except ValueError as error:
            raise ModelMissing(f"The model {model.name} is no recogniser of dlib's.") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._network = onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"]
        )
        self._mean = mean

    def embed(self, faces: Sequence[tuple[Image, Floats]]) -> Floats:
        """Return one centred unit vector for each face: (n, 128)."""
        return unit(self.raw(faces) - self._mean)

    def raw(self, faces: Sequence[tuple[Image, Floats]]) -> Floats:
        """
        Return the network's own vectors, as the mean is learned from: (n, 128).

        Raises ModelFailed where one is no number.
        """
        # One by one: a face has the same vector whoever is looked at beside it.
        vectors = [self._vector(upright(image, landmarks)) for image, landmarks in faces]
        return np.reshape(np.asarray(vectors, np.float32), (len(faces), WIDTH))

    def _vector(self, chip: Image) -> Floats:
        shown = (chip - COLOURS) / COLOUR_SPREAD
        planes = np.ascontiguousarray(shown.transpose(2, 0, 1)[None])
        vectors: Floats = self._network.run(None, {PICTURES: planes})[0]
        require_numbers("The recogniser dlib", vectors)
        return vectors[0]


def upright(image: Image, landmarks: Floats) -> Image:
    """Return the face upright: RGB, (150, 150, 3)."""
    box = Box.around(landmarks)
    points = dlib.points()
    for index in FIVE_POINTS:
        x, y = landmarks[index, :2].round().astype(int).tolist()
        points.append(dlib.point(x, y))
    edges = dlib.rectangle(int(box.x0), int(box.y0), int(box.x1), int(box.y1))
    shape = dlib.full_object_detection(edges, points)
    rgb = np.ascontiguousarray(image[:, :, ::-1])
    return dlib.get_face_chip(rgb, shape, size=CHIP_SIDE, padding=CHIP_PADDING)
