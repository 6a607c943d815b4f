"""
Learn what the similarities of a recogniser mean: its centre, strangers of each age, ages.

    python -m tools.face_space.calibrate PICTURES EMBEDDER -o FILE

EMBEDDER is an address of `tools.face_space.opening`. FILE has the form of
adapters/dlib/recogniser.json; the embedder's `centre` is its `mean`.
"""

import argparse
import json
from pathlib import Path

from tools.face_space import recogniser
from tools.face_space.learn import located
from tools.face_space.opening import described, open_recogniser


def main() -> None:
    """Look at every picture of a folder, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    parser.add_argument(
        "embedder", help="onnx://FAMILY/PATH, insightface://PACK/FOLDER or dlib:///PATH"
    )
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    opened = open_recogniser(arguments.embedder)
    faces = located(arguments.pictures)
    known, _ = recogniser.scale(recogniser.seen(opened, faces), [face.picture for face in faces])
    source = "held-out synthetic faces, tools/face_space/calibrate.py"
    scale = {"source": source, **described(arguments.embedder), **known}
    arguments.output.write_text(json.dumps(scale, indent=1) + "\n")
    print(f"{arguments.output}: {len(faces)} faces, {json.dumps(known['strangers'])}")


if __name__ == "__main__":
    main()
