"""
Learn what the similarities of a recogniser mean: its centre, strangers of each age, ages.

    python -m tools.face_space.calibrate PICTURES EMBEDDER -o FILE

EMBEDDER is `onnx://FAMILY/PATH` (a file of one of the families of adapters/onnx/face_embedder.py),
`insightface://PACK/FOLDER` (where its packs lie), or `dlib://` for the fetched one. FILE has the
form of adapters/dlib/recogniser.json; the embedder's `centre` is its `mean`.
"""

import argparse
import json
from pathlib import Path
from typing import cast
from urllib.parse import SplitResult, urlsplit

import numpy as np

from swaddle.adapters.onnx.face_embedder import FAMILIES, OnnxFaceEmbedder
from swaddle.kernel.errors import Misused
from swaddle.kernel.geometry import Floats
from swaddle.settings import Settings
from tools.face_space import recogniser
from tools.face_space.learn import located
from tools.face_space.recogniser import Recogniser

PUBLISHED = 512
"""Numbers for a face in InsightFace's packs."""


def main() -> None:
    """Look at every picture of a folder, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    parser.add_argument(
        "embedder", help="onnx://FAMILY/PATH, insightface://PACK/FOLDER or dlib://"
    )
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    opened = open_recogniser(arguments.embedder)
    faces = located(arguments.pictures)
    known, _ = recogniser.scale(recogniser.seen(opened, faces), [face.picture for face in faces])
    source = "held-out synthetic faces, tools/face_space/calibrate.py"
    scale = {"source": source, "embedder": described(arguments.embedder), **known}
    arguments.output.write_text(json.dumps(scale, indent=1) + "\n")
    print(f"{arguments.output}: {len(faces)} faces, {json.dumps(known['strangers'])}")


def described(address: str) -> str:
    """Return what the file says of where it comes from: nothing of the folders of a machine."""
    url = urlsplit(address)
    return f"{url.scheme}://{url.netloc}"


def open_recogniser(address: str) -> Recogniser:
    """Load a recogniser that has no centre yet; raises Misused for an address of another form."""
    url = urlsplit(address)
    match url.scheme:
        case "onnx":
            family = FAMILIES.get(url.netloc)
            return OnnxFaceEmbedder(_path(url), nobody(family.width if family else 0), url.netloc)
        case "insightface":
            from swaddle.adapters.insightface.face_embedder import (  # noqa: PLC0415 - only what is asked for
                InsightfaceFaceEmbedder,
            )

            return InsightfaceFaceEmbedder(url.netloc, _path(url), nobody(PUBLISHED))
        case "dlib":
            from swaddle import bootstrap  # noqa: PLC0415 - likewise

            return cast("Recogniser", bootstrap.face_embedder(shipped()))
    raise Misused(f"{address} is no recogniser: {__doc__.split('EMBEDDER is ')[1]}")


def shipped() -> Settings:
    """Return settings with the recogniser that swaddle brings along, whatever is chosen here."""
    default = Settings.model_fields["embedder_url"].default
    return Settings(embedder_url=default, recognition_file=None)


def nobody(width: int) -> Floats:
    """Return the centre of a recogniser of which nothing is known."""
    return np.zeros(width)


def _path(url: SplitResult) -> Path:
    return Path(url.path)


if __name__ == "__main__":
    main()
