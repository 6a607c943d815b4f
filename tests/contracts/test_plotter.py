"""What every plotter promises."""

from xml.etree import ElementTree as ET

import numpy as np
import pytest

from swaddle.adapters.matplotlib.plotter import MatplotlibPlotter
from swaddle.evaluation.ports import Curve, Panel, Plotter

TIMES = np.arange(60) / 30


def panels() -> list[Panel]:
    before = Curve("original", TIMES, np.sin(TIMES))
    after = Curve("anonymized", TIMES, np.where(TIMES > 1, np.nan, np.cos(TIMES)))
    return [Panel("Yaw", "degrees", [before, after]), Panel("Gaze", "half eyes", [before])]


class PlotterContract:
    @pytest.fixture
    def plotter(self) -> Plotter:
        raise NotImplementedError

    def test_the_drawing_is_one_svg_element_with_every_title_and_name(
        self, plotter: Plotter
    ) -> None:
        drawn = plotter.draw(panels())
        words = "".join(ET.fromstring(drawn).itertext())  # noqa: S314 - our own drawing

        assert drawn.startswith("<svg")
        assert all(word in words for word in ("Yaw", "Gaze", "original", "anonymized", "degrees"))

    def test_the_same_curves_give_the_same_drawing(self, plotter: Plotter) -> None:
        assert plotter.draw(panels()) == plotter.draw(panels())

    def test_a_drawing_names_no_address_to_load_from(self, plotter: Plotter) -> None:
        assert 'href="http' not in plotter.draw(panels())

    def test_curves_without_any_value_are_drawn_empty(self, plotter: Plotter) -> None:
        nothing = Curve("original", TIMES, np.full(60, np.nan))

        assert plotter.draw([Panel("Yaw", "degrees", [nothing])]).startswith("<svg")


class TestMatplotlibPlotter(PlotterContract):
    @pytest.fixture
    def plotter(self) -> Plotter:
        return MatplotlibPlotter()
