"""What libx264 is asked for."""

import pytest

from swaddle.adapters.pyav.encoding import LEFT_OUT, Quality
from swaddle.settings import Settings


def asked(preset: str, depth: int = 8) -> dict[str, str]:
    quality = Quality(preset=preset, crf=14, coarsest=24, threads=1)
    return dict(part.split("=", 1) for part in quality.options(depth)["x264-params"].split(":"))


def test_the_default_leaves_out_what_gains_little() -> None:
    assert asked(Settings().preset).items() >= {"weightp": "0", "me": "dia"}.items()


@pytest.mark.parametrize("preset", ["ultrafast", "superfast", "fast", "medium", "veryslow"])
def test_another_preset_is_what_libx264_makes_of_it(preset: str) -> None:
    own = {part.split("=")[0] for parts in LEFT_OUT.values() for part in parts}

    assert not own & set(asked(preset))


def test_the_coarsest_step_is_as_coarse_at_every_depth() -> None:
    assert asked("medium")["qpmax"] == "24"
    assert asked("medium", depth=10)["qpmax"] == "36"
