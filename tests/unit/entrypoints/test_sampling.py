import sys
from threading import Event, Thread
from types import CodeType, FrameType

import pytest

from swaddle.entrypoints.sampling import Sampler, Work, work_of

CALLS = "def run(inner):\n    return inner()\n"


def within(*modules: str) -> FrameType:
    """Return a frame that functions of these modules have called, the last one innermost."""
    code: CodeType = compile(CALLS, "<test>", "exec")
    runs = []
    for module in modules:
        names: dict[str, object] = {"__name__": module}
        exec(code, names)  # noqa: S102 - the two lines above
        runs.append(names["run"])

    def called(depth: int) -> FrameType:
        if depth == len(runs):
            return sys._getframe(1)
        return runs[depth](lambda: called(depth + 1))  # type: ignore[operator] # a function

    frame = called(0)
    while frame.f_globals["__name__"] != modules[-1]:
        assert frame.f_back is not None
        frame = frame.f_back
    return frame


@pytest.mark.parametrize(
    ("modules", "work"),
    [
        (
            ["swaddle.detection.handler", "swaddle.adapters.pyav.ahead", "av.container"],
            Work.DECODE,
        ),
        (["swaddle.swapping.handler", "swaddle.adapters.pyav.encoding"], Work.ENCODE),
        (["swaddle.adapters.onnx.crops", "swaddle.adapters.onnx.running"], Work.INFERENCE),
        (["swaddle.adapters.onnx.face_embedder", "onnxruntime"], Work.INFERENCE),
        (["swaddle.adapters.litert.interpreter"], Work.INFERENCE),
        (["swaddle.adapters.onnx.face_swapper", "swaddle.adapters.onnx.crops"], Work.BLENDING),
        (["swaddle.swapping.rendering", "numpy"], Work.BLENDING),
        (["swaddle.linking.handler"], Work.REST),
        (["swaddle.adapters.pyav.ahead", "queue"], None),
    ],
)
def test_the_innermost_module_that_is_known_says_what_is_done(
    modules: list[str], work: Work | None
) -> None:
    assert work_of(within(*modules)) is work


def test_a_thread_that_waits_does_nothing() -> None:
    with Sampler(ask=lambda: "") as sampler:
        waiting = Event()
        thread = Thread(target=waiting.wait)
        thread.start()
        while sampler.looks.total() < 3:
            sum(range(10_000))
        waiting.set()
        thread.join()

    assert set(sampler.looks) == {Work.REST}, "this thread alone"
    assert sum(sampler.shares.values()) == pytest.approx(1)
    assert sampler.memory is None


def test_the_most_memory_of_a_card_is_kept() -> None:
    told = iter(["A, 1, 100, 30\n", "A, 1, 100, 90\n", "A, 1, 100, 20\n"])
    sampler = Sampler(ask=lambda: next(told))
    for _ in range(3):
        with sampler:
            pass

    assert sampler.memory == 90
