"""SCRFD and YuNet as they are published, against other readings of the same files."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from swaddle.adapters.onnx.face_detector import OnnxFaceDetector
from swaddle.adapters.pyav.video_reader import PyavVideoReader
from swaddle.kernel.frames import Image
from swaddle.kernel.geometry import Box
from tests.e2e.independent import IndependentLook

pytestmark = pytest.mark.shared

SIDE = 640
"""Of the pictures that both files take."""


def pictures(shared: Path) -> Iterator[Image]:
    """Yield forty synthetic people, and ten frames of a newborn that lies on its side."""
    for number in range(0, 1000, 25):
        name = shared / f"data/synthetic_faces/images/{number:04d}.jpg"
        image = cv2.imread(str(name))  # noqa: TID251 - not what is tested
        assert image is not None
        yield image
    clip = shared / "data/videos/infant_blanket_000056_segment.mp4"
    with clip.open("rb") as source:
        layout = PyavVideoReader().probe(source)
        for number in range(0, 300, 30):
            (frame,) = PyavVideoReader().frames(source, layout, number, number)
            yield frame.scaled(SIDE, SIDE * frame.height // frame.width)


def padded(image: Image) -> Image:
    square = np.zeros((SIDE, SIDE, 3), np.uint8)
    square[: image.shape[0], : image.shape[1]] = image
    return square


def test_yunet_is_read_as_opencv_reads_it(shared: Path) -> None:
    path = shared / "models" / "yunet_2023mar.onnx"
    ours = OnnxFaceDetector(path, "yunet", 0.5)
    theirs = cv2.FaceDetectorYN.create(str(path), "", (SIDE, SIDE), 0.5, 0.3)
    seen = 0
    for image in pictures(shared):
        _, rows = theirs.detect(padded(image))
        faces = ours.detect(image)
        expected = sorted(() if rows is None else rows, key=lambda row: -row[-1])
        assert len(faces) == len(expected)
        for face, row in zip(faces, expected, strict=True):
            seen += 1
            corners = [row[0], row[1], row[0] + row[2], row[1] + row[3]]
            assert np.allclose(face.box.array(), corners, atol=0.01)
            assert np.allclose(face.points.reshape(-1), row[4:14], atol=0.01)
            assert face.score == pytest.approx(row[-1], abs=1e-4)
    assert seen >= 45


def test_scrfd_is_read_as_the_independent_look_reads_it(shared: Path) -> None:
    ours = OnnxFaceDetector(shared / "models" / "scrfd_2.5g_kps.onnx", "scrfd", 0.65)
    look = IndependentLook(shared / "models")
    seen = 0
    for image in pictures(shared):
        expected = sorted(look._scrfd(image), key=lambda found: -found[1])
        faces = ours.detect(image)
        assert len(faces) == len(expected)
        for face, (box, score) in zip(faces, expected, strict=True):
            seen += 1
            assert np.allclose(face.box.array(), box.array(), atol=0.05)
            assert face.score == pytest.approx(score, abs=1e-3)
    assert seen >= 35


def test_both_agree_where_a_face_and_its_five_points_are(shared: Path) -> None:
    models = shared / "models"
    scrfd = OnnxFaceDetector(models / "scrfd_2.5g_kps.onnx", "scrfd")
    yunet = OnnxFaceDetector(models / "yunet_2023mar.onnx", "yunet", 0.6)
    people = list(pictures(shared))[:40]
    overlaps, distances = [], []
    for image in people:
        one, other = scrfd.detect(image)[0], yunet.detect(image)[0]
        overlaps.append(one.box.iou(other.box))
        apart = np.hypot(*(one.points - other.points).T)
        distances.append(float(apart.mean()) / Box.around(one.points).size)
    assert np.median(overlaps) > 0.8
    assert np.median(distances) < 0.15
