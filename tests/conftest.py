"""What tests need from outside: the development data and the fetched weights."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from swaddle.settings import Settings

REPOSITORY = Path(__file__).resolve().parent.parent

EMBEDDED_WEIGHTS = (
    "centerface.onnx",
    "dlib_face_recognition_resnet_model_v1.dat",
    "face_detection_full_range_sparse.tflite",
    "face_landmark.tflite",
    "hand_landmark_full.tflite",
    "iris_landmark.tflite",
    "palm_detection_full.tflite",
    "pose_detection.tflite",
    "pose_landmark_full.tflite",
)

# A shared machine is sometimes slow, and a test never fails for that.
settings.register_profile("swaddle", deadline=None)
settings.load_profile("swaddle")


def embedded_profile_is_complete(folder: Path) -> bool:
    """Tell whether every weight of the embedded profile is in the model folder."""
    return all(any(folder.glob(f"*/{name}")) for name in EMBEDDED_WEIGHTS)


def _unavailable(reason: str) -> None:
    """Skip on a laptop; in CI, where everything has to be there, fail."""
    if os.environ.get("CI"):  # noqa: TID251 - a question about the tests, not the program
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder of fetched weights."""
    folder = Settings().model_folder
    if not embedded_profile_is_complete(folder):
        _unavailable("the weights of the embedded profile are missing: `swaddle models fetch`")
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The development data beside the repository: clips, faces, detectors."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("the development data (../shared) are not here")
    return folder


@pytest.fixture(autouse=True)
def _what_the_marks_say(request: pytest.FixtureRequest) -> None:
    for need in ("models", "shared"):
        if request.node.get_closest_marker(need):
            request.getfixturevalue(need)
