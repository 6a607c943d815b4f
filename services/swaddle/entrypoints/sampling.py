"""What a process is busy with: its threads are looked at many times a second."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event, Thread, get_ident
from time import perf_counter
from types import FrameType
from typing import Final, Self

from .cards import Ask, ask_driver, cards

INTERVAL_S: Final = 0.005
"""Between looks: a frame takes longer, and looking costs a few microseconds."""

CARD_INTERVAL_S: Final = 1.0
"""Between questions to the driver, each of which starts a program."""


class Work(StrEnum):
    """Kinds of work."""

    DECODE = "decode"
    INFERENCE = "inference"
    BLENDING = "blending"
    """Aligning, warping, masks, pasting back: the arithmetic of swapping around the models."""
    ENCODE = "encode"
    REST = "rest"


DONE_BY: Final[Sequence[tuple[str, Work]]] = (
    *((f"swaddle.adapters.pyav.{part}", Work.DECODE) for part in ("ahead", "decoding", "opening")),
    *((f"swaddle.adapters.pyav.{part}", Work.DECODE) for part in ("seeking", "video_reader")),
    *((f"swaddle.adapters.pyav.{part}", Work.ENCODE) for part in ("encoding", "video_writer")),
    *((f"swaddle.adapters.pyav.{part}", Work.ENCODE) for part in ("joining", "writing")),
    *(
        (f"swaddle.adapters.{name}", Work.INFERENCE)
        for name in ("diffusers", "dlib", "insightface")
    ),
    *((f"swaddle.adapters.onnx.{part}", Work.INFERENCE) for part in ("running", "sessions")),
    *(
        (f"swaddle.adapters.onnx.face_{looked}", Work.INFERENCE)
        for looked in ("detector", "embedder", "landmarker")
    ),
    ("swaddle.adapters.litert", Work.INFERENCE),
    ("swaddle.adapters.onnx", Work.BLENDING),
    ("swaddle.adapters.appearance", Work.BLENDING),
    ("swaddle.swapping", Work.BLENDING),
)
"""Whose work it is, by the beginning of a module's name: the innermost frame that is here counts."""

WAITING: Final = ("threading", "queue", "concurrent.futures", "selectors", "multiprocessing")
"""Modules in whose functions a thread does nothing."""


@dataclass(slots=True)
class Sampler:
    """
    Counts what the threads of this process do while the block runs.

        with Sampler() as sampler:
            ...
        sampler.shares[Work.DECODE]

    Threads inside libraries that start their own are not seen; whoever called them is.
    """

    ask: Ask = ask_driver
    looks: Counter[Work] = field(default_factory=Counter)
    memory: int | None = None
    """The most MiB of the first card that were in use, by anybody; None without a card."""
    _done: Event = field(default_factory=Event)
    _threads: list[Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._threads = [Thread(target=self._look), Thread(target=self._ask)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    @property
    def shares(self) -> Mapping[Work, float]:
        """Share of each kind in all looks at threads that did something, 0..1."""
        whole = max(1, self.looks.total())
        return {work: self.looks[work] / whole for work in Work}

    def _look(self) -> None:
        own = {get_ident(), *(thread.ident for thread in self._threads)}
        while not self._done.wait(INTERVAL_S):
            for ident, frame in sys._current_frames().items():  # noqa: SLF001 - documented
                if ident not in own and (work := work_of(frame)) is not None:
                    self.looks[work] += 1

    def _ask(self) -> None:
        while True:
            began = perf_counter()
            if found := cards(self.ask):
                self.memory = max(self.memory or 0, found[0].used)
            elif self.memory is None:
                return
            if self._done.wait(max(0.0, CARD_INTERVAL_S - (perf_counter() - began))):
                return


def work_of(frame: FrameType | None) -> Work | None:
    """Return what a thread does, None where it waits."""
    if frame is not None and str(frame.f_globals.get("__name__", "")).startswith(WAITING):
        return None
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        for beginning, work in DONE_BY:
            if name == beginning or name.startswith(f"{beginning}."):
                return work
        frame = frame.f_back
    return Work.REST
