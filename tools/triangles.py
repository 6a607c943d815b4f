"""
The triangles between the points of the canonical face: a Delaunay triangulation within its outline.

They follow from the points, and are kept as numbers: the library that finds them takes a third of a second
to load, in every process.
"""

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
import scipy
from numpy.typing import NDArray

from swaddle.kernel.texture_space import OUTLINE, canonical

A_LINE: Final = 8

MODULE: Final = '''\
"""Written by tools/triangles.py from the canonical face."""

from typing import Final

TRIANGLES: Final = """
{lines}
"""
"""Three points of the canonical face, with its forehead, for each triangle."""
'''


def triangles() -> NDArray[np.int32]:
    """Return the indices of the three points of each: (n, 3)."""
    points = canonical()[:, :2]
    found = scipy.spatial.Delaunay(points).simplices
    border = points[list(OUTLINE)].astype(np.float32).reshape(-1, 1, 2)
    middles = points[found].mean(axis=1)
    inside = [cv2.pointPolygonTest(border, (float(x), float(y)), False) >= 0 for x, y in middles]  # noqa: FBT003 - OpenCV's flag
    return found[np.array(inside)].astype(np.int32)


def module() -> str:
    """Return the module that holds them."""
    return MODULE.format(lines="\n".join(_lines()))


def _lines() -> Iterator[str]:
    three = [" ".join(str(point) for point in corners) for corners in triangles().tolist()]
    for start in range(0, len(three), A_LINE):
        yield "  ".join(three[start : start + A_LINE])
