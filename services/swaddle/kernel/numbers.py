"""What a network gives, where it is to be numbers."""

import numpy as np

from .errors import ModelFailed
from .geometry import Floats


def require_numbers(network: str, *outputs: Floats) -> None:
    """
    Raise ModelFailed, in the network's name, where something that it gave is no number.

    That is above no limit and below none: it would pass for no face, for a mesh, or for a stranger.
    """
    if not all(np.isfinite(output).all() for output in outputs):
        raise ModelFailed(f"{network} gave something that is no number.")
