"""Draws curves as SVG."""

import io
from collections.abc import Sequence
from typing import Any, Final

from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from swaddle.evaluation.ports import Panel

WIDTH: Final = 9.0
HEIGHT: Final = 1.25
"""Inches: of the drawing, and of each panel."""

COLOURS: Final = ("#4c566a", "#d1622b")
"""Before and after: grey and orange differ for every kind of colour vision."""

STYLE: Final[Any] = {
    # Letters stay letters: small, sharp, and found by a search in the page.
    "svg.fonttype": "none",
    # Names inside the drawing, so that the same curves give the same bytes.
    "svg.hashsalt": "swaddle",
    "font.family": "sans-serif",
    "font.size": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


class MatplotlibPlotter:
    """Draws without a display."""

    def draw(self, panels: Sequence[Panel]) -> str:
        """Return the panels below each other as one SVG element."""
        with rc_context(STYLE):
            figure = Figure(figsize=(WIDTH, HEIGHT * len(panels) + 0.4), layout="constrained")
            FigureCanvasSVG(figure)
            axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
            for place, panel in zip(axes, panels, strict=True):
                for colour, curve in zip(COLOURS, panel.curves, strict=False):
                    place.plot(
                        curve.times, curve.values, color=colour, linewidth=1, label=curve.name
                    )
                place.set_ylabel(panel.unit)
                place.set_title(panel.title, loc="left", fontsize=8)
            axes[0].legend(loc="upper right", frameon=False, ncols=2)
            axes[-1].set_xlabel("s")
            drawn = io.StringIO()
            figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
        markup = drawn.getvalue()
        return markup[markup.index("<svg") :]
