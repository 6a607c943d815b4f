"""Sound that can be told apart."""

import numpy as np
import pytest

from swaddle.scenes.sound import LOUDNESS, RATE, TONES, hum


def test_each_side_hums_its_own_tone() -> None:
    spectrum = np.abs(np.fft.rfft(hum(2.0), axis=0))
    loudest = spectrum.argmax(axis=0) * RATE / (2 * RATE)

    assert loudest == pytest.approx(TONES, abs=1)


@pytest.mark.parametrize("seconds", [0.0, 0.5, 2.4])
def test_it_lasts_as_long_as_it_is_asked_to(seconds: float) -> None:
    assert hum(seconds).shape == (round(seconds * RATE), 2)


def test_it_is_never_too_loud_and_not_silent() -> None:
    peak = int(np.abs(hum(2.0)).max())

    assert 0.9 * LOUDNESS < peak <= LOUDNESS
