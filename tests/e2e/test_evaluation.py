"""Evaluations of a rendered person, spoiled in known ways: each has to come out as such."""

import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from swaddle.entrypoints.evaluating import Judged, evaluate, write
from swaddle.kernel.frames import Image
from swaddle.scenes.rendering import Moment
from swaddle.settings import Settings

pytestmark = pytest.mark.models

Rendered = Callable[[str], tuple[Path, list[Moment]]]
Spoil = Callable[[list[Image], list[Moment]], Iterator[Image]]

SCENE = "two-crossing"
FROZEN = range(20, 30)
SHIFT = 6


def unchanged(pictures: list[Image], moments: list[Moment]) -> Iterator[Image]:
    yield from pictures


def pixelated(pictures: list[Image], moments: list[Moment]) -> Iterator[Image]:
    for picture, moment in zip(pictures, moments, strict=True):
        made = picture.copy()
        for face in moment.faces:
            x0, y0, x1, y1 = face.box.grown(1.4).pixels(picture.shape[1], picture.shape[0])
            small = cv2.resize(made[y0:y1, x0:x1], (4, 4), interpolation=cv2.INTER_AREA)
            made[y0:y1, x0:x1] = cv2.resize(small, (x1 - x0, y1 - y0))
        yield made


def frozen(pictures: list[Image], moments: list[Moment]) -> Iterator[Image]:
    for number, picture in enumerate(pictures):
        yield pictures[FROZEN.start] if number in FROZEN else picture


def shifted(pictures: list[Image], moments: list[Moment]) -> Iterator[Image]:
    for picture in pictures:
        yield np.roll(picture, SHIFT, axis=1)


SPOILS: dict[str, Spoil] = {
    "unchanged": unchanged,
    "pixelated": pixelated,
    "frozen": frozen,
    "shifted": shifted,
}


def encode(pictures: Iterator[Image], times: list[Fraction], target: Path) -> None:
    """Write pictures at the times of the scene."""
    with av.open(target, "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"crf": "12"})
        stream.time_base = Fraction(1, 90_000)
        stream.codec_context.time_base = Fraction(1, 90_000)
        for picture, time in zip(pictures, times, strict=True):
            if not stream.codec_context.width or not stream.codec_context.is_open:
                stream.width, stream.height = picture.shape[1], picture.shape[0]
                stream.pix_fmt = "yuv420p"
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), "bgr24")
            frame.pts, frame.time_base = int(time * 90_000), Fraction(1, 90_000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.fixture(scope="session")
def judged(rendered: Rendered, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judged]:
    folder = tmp_path_factory.mktemp("evaluation")
    path, moments = rendered(SCENE)
    pictures = [moment.picture for moment in moments]
    times = [moment.time for moment in moments]
    found = {}
    for name, spoil in SPOILS.items():
        target = folder / f"{name}.mp4"
        encode(spoil(pictures, moments), times, target)
        settings = Settings(work_folder=folder / "work")
        found[name] = evaluate(path, target, settings=settings, jobs=1)
    return found


def value(judged: Judged, name: str) -> float:
    measured = judged.evaluation.figure(name).measured
    assert measured is not None, name
    return measured.value


def rows(judged: Judged) -> NDArray[np.bool_]:
    return judged.material.original.found


def test_an_unchanged_video_is_wholly_exposed_and_wholly_useful(
    judged: dict[str, Judged],
) -> None:
    one = judged["unchanged"]

    assert value(one, "exposed_faces") >= 0.9 * rows(one).sum()
    assert value(one, "similarity_to_source") > 0.9
    assert value(one, "reidentified_first") >= 0.9
    assert value(one, "landmark_correlation") > 0.95
    assert value(one, "head_pose_difference") < 1
    assert value(one, "frozen_frames") == 0


def test_a_known_leak_is_reported_with_its_time(judged: dict[str, Judged]) -> None:
    told = judged["unchanged"].evaluation
    longest = max(told.exposures, key=lambda one: one.last_frame - one.first_frame)

    assert longest.last_time_s > longest.first_time_s
    assert value(judged["unchanged"], "longest_exposure") == (
        longest.last_frame - longest.first_frame + 1
    )


def test_pixelated_faces_are_hidden_and_useless(judged: dict[str, Judged]) -> None:
    one = judged["pixelated"]

    assert value(one, "exposed_faces") == 0
    assert value(one, "faces_kept") < 0.5
    assert value(one, "detector_precision") < 0.5


def test_a_known_freeze_is_counted(judged: dict[str, Judged]) -> None:
    one = judged["frozen"]
    # The first of the frames is the one that the others repeat, and there are two people.
    assert value(one, "frozen_frames") == pytest.approx(len(FROZEN) - 1, abs=1)
    assert value(one, "frozen_faces") == pytest.approx(2 * (len(FROZEN) - 1), abs=4)
    assert value(judged["unchanged"], "frozen_faces") == 0


def test_a_known_shift_is_the_difference_of_the_landmarks(judged: dict[str, Judged]) -> None:
    one = judged["shifted"]
    both = one.material.original.found & one.version.seen.found
    moved = one.version.seen.landmarks[both] - one.material.original.landmarks[both]

    assert np.median(moved[..., 0]) == pytest.approx(SHIFT, abs=0.3)
    assert np.median(moved[..., 1]) == pytest.approx(0, abs=0.3)
    assert value(one, "psnr_outside") < 45


def test_what_is_written_says_what_was_measured(judged: dict[str, Judged], tmp_path: Path) -> None:
    placed = write(judged["unchanged"], tmp_path)
    told = json.loads(placed["json"].read_text())
    page = placed["page"].read_text()

    assert {figure["name"] for figure in told["figures"]} == {
        definition["name"] for definition in told["definitions"]
    }
    assert all(f"<code>{figure['name']}</code>" in page for figure in told["figures"])
    assert "<script" not in page
