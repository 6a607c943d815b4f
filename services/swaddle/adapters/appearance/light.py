"""Light, sharpness and grain of a picture: taken from the frame, given to the synthetic face."""

from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from swaddle.kernel.geometry import Floats

LIGHT_SIGMA: Final = 0.2
"""Heights of the face: what is coarser is light. With 0.1 the real person's shading stays (the
prototype measured a similarity higher by 0.1), with 0.3 hard light from the side is lost."""

PALENESS: Final = 1.2
PALEST: Final = 0.5
"""How much of its colour bright skin loses, per unit of log brightness, and at most. By eye, on the
infant clip: without it, lids and the bridge of the nose turn orange."""

SHINE: Final = 0.15
"""How much brighter than the light skin becomes, in units of log brightness. On faces of the clips one
pixel in 20 is brighter by 0.12 to 0.19; without a limit, people that were moved away from a dark-browed
person have brows and noses that shine like metal (0.3 and more)."""

LIGHT_CELLS: Final = 64
"""Cells of the grid that light is computed on, in the height of a face: a dozen for its deviation."""

SHADE: Final = 0.3
"""Log brightness off the light at which a pixel counts half: three deviations of bare skin; hair is
darker by one and more, what shines on dark skin brighter by as much."""

REFITS: Final = 3
"""Times that the light is read again, each time less from what is no skin. The darker third of 48 synthetic
portraits came out lighter by 8.2 (L* of CIELAB) where only the dark counted less, and once; by 3.4 after
one refit both ways, by 2.9 after three; the lighter third by 1.5, -0.7 and 0.5."""

FLOOR: Final = 8.0
"""Added before logarithms, as when the textures were learned."""

SKIN_FROM: Final = 0.7
"""Weight of the synthetic face from which a pixel is surely skin, without the border's blend."""

FEWEST: Final = 32
"""Pixels below which a median says too little: its error is a fifth of the deviation."""

ASKED: Final = 16384
"""Pixels of a canvas that tell enough, at about as many: an error of one in a hundred."""

NO_DETAIL: Final = 0.05
"""Grey levels: detail that no rounding to 8 bits would leave, and nothing is blurred down to less."""

FINE_SIGMA: Final = 1.2
"""Pixels: what is finer is texture of the skin, noise of the camera and the sharpness of both."""

COARSENESS: Final = (0.5, 0.7)
"""Pixels: deviations of the blur that makes noise as coarse as that of cameras; a dithered picture
has noise of single pixels, which looks mottled when it is drawn coarser."""

FACE_FROM: Final = 0.5
"""Weight from which a pixel belongs more to the face than to what is in front of it."""

SATURATIONS: Final = (0.03, 0.06)
"""Saturation (difference of a pixel's colours, of the brightest) in the median over a face: up to the first a
picture is one of greys, as of night vision; from the second on it has colours. Faces of the clips: 0.083 to
0.5 in every frame."""

LUMA: Final = np.array([0.114, 0.587, 0.299], np.float32)

GREY: Final = np.full(3, 1 / 3, np.float32)
"""Weights of the mean of three colours: the product takes 0.03 ms of 300 x 300 pixels, `mean` 4."""

TILE: Final = 512
"""Pixels: side of the noise that is drawn once."""

STRONGEST_BLUR: Final = 4.0
"""Pixels: a face blurred more than this by motion is covered, not swapped."""


def coarse(values: Floats, weight: Floats, sigma: float) -> Floats:
    """
    Return the weighted Gaussian mean of a picture (h, w, 3), sigma in pixels.

    It is computed on a grid on which sigma is about four cells.
    """
    height, width = weight.shape
    small, share = _on_cells(values, weight, max(1, int(sigma / 4)))
    spread = sigma * share.shape[1] / width
    total = cv2.GaussianBlur(small, (0, 0), spread)
    known = np.maximum(cv2.GaussianBlur(share, (0, 0), spread), 1e-3)
    return cv2.resize(total / known[..., None], (width, height), interpolation=cv2.INTER_CUBIC)


def _on_cells(values: Floats, weight: Floats, step: float) -> tuple[Floats, Floats]:
    """Return the weighted values and the weights, means over cells of `step` by `step` pixels."""
    height, width = weight.shape
    cells = (max(1, round(width / step)), max(1, round(height / step)))
    weighted = cv2.multiply(values, cv2.merge([weight] * 3))
    return (
        cv2.resize(weighted, cells, interpolation=cv2.INTER_AREA),
        cv2.resize(weight, cells, interpolation=cv2.INTER_AREA),
    )


def light_on(colours: Floats, weight: Floats, size: float) -> Floats:
    """
    Return the light on a face `size` pixels high: (h, w, 3), colours with FLOOR added.

    `weight` (h, w) says where `colours` (h, w, 3) are those of bare skin.
    """
    height, width = weight.shape
    sums, share = _on_cells(colours, weight, max(1.0, size / LIGHT_CELLS))
    # The kernel that warps swings below black beside what is very bright.
    means = np.maximum(sums, 0) / np.maximum(share, 1e-3)[..., None]
    sigma = LIGHT_SIGMA * size * share.shape[1] / width
    light = np.exp(light_of(np.log(means + FLOOR), share, sigma))
    return cv2.resize(light, (width, height), interpolation=cv2.INTER_LINEAR)


def light_of(logs: Floats, weight: Floats, sigma: float) -> Floats:
    """
    Return the light on a face (h, w, 3), from the logarithm of its colours, sigma in pixels.

    What is much darker than its surroundings counts little: mostly it is hair, or a brow. So does what is
    much brighter, for skin shines in the colour of the lamp. The edge of a hard shadow is softer for it.
    """
    light = coarse(logs, weight, sigma)
    for _ in range(REFITS):
        off = (logs - light) @ GREY
        light = coarse(logs, weight / (1 + (off / SHADE) ** 2), sigma)
    return light


def dulled(detail: Floats, most: Floats | float = SHINE) -> Floats:
    """Return detail (h, w, 3), of the logarithm of colours, brighter by less than `most` (h, w)."""
    luma = detail @ LUMA
    shine = np.maximum(luma, 0)
    return detail + (most * np.tanh(shine / most) - shine)[..., None]


def paleness(brighter: Floats) -> Floats:
    """
    Return the share of its colour that skin loses where it is bright: what shines has the lamp's.

    `brighter` (h, w) is the logarithm of how much brighter a place is than its surroundings.
    """
    return np.clip(PALENESS * np.maximum(brighter, 0), 0, PALEST).astype(np.float32)


def paled(skin: Floats, share: Floats) -> Floats:
    """Return the skin (h, w, 3) with less colour, by a share (h, w)."""
    grey = cv2.transform(skin, np.tile(GREY, (3, 1)))
    return cv2.blendLinear(grey, skin, share, 1 - share)


def colour_share(picture: Floats, weight: Floats) -> float:
    """
    Return how much of its colour a face may have in a picture (h, w, 3): 0 in one of greys, mostly 1.

    Looked at where `weight` (h, w) is more than a half: the face, without what is in front of it.
    """
    some = _some(weight)
    colours = picture[some][weight[some] > FACE_FROM]
    if not len(colours):
        return 1.0
    most = colours.max(axis=1)
    saturation = float(np.median((most - colours.min(axis=1)) / (most + FLOOR)))
    return float(np.interp(saturation, SATURATIONS, (0, 1)))


def desaturated(picture: Floats, share: float) -> Floats:
    """Return a picture (h, w, 3) with a share of its colour."""
    grey = cv2.transform(picture, np.tile(LUMA, (3, 1)))
    return cv2.addWeighted(picture, share, grey, 1 - share, 0)


def finest(luma: Floats) -> Floats:
    """Return the finest detail of a picture (h, w)."""
    return luma - cv2.GaussianBlur(luma, (0, 0), FINE_SIGMA)


def deviation(fine: Floats, weight: Floats) -> float:
    """Return the robust deviation of the finest detail (h, w) where the weight is large."""
    some = _some(weight)
    rest = np.abs(fine[some][weight[some] > SKIN_FROM])
    if rest.size < FEWEST:
        return 0.0
    # The median of |x| is 0.6745 deviations of a normal distribution.
    return float(np.median(rest)) / 0.6745


def _some(weight: Floats) -> tuple[slice, slice]:
    """Return which pixels of a canvas (h, w) are asked."""
    # An odd step: dithered or doubled pictures differ from one row to the next.
    every = max(1, int(np.sqrt(weight.size / ASKED))) | 1
    return slice(None, None, every), slice(None, None, every)


def blurred(picture: Floats, own: float, target: float) -> Floats:
    """
    Return a picture (h, w, 3) whose finest detail is no stronger than `target`.

    `own` is how strong it is; both are deviations.
    """
    # A Gaussian of sigma s leaves of detail at scale f about 1 / (1 + (s / f)^2).
    excess = own / max(target, NO_DETAIL) - 1
    if excess <= 0:
        return picture
    sigma = FINE_SIGMA * float(np.sqrt(excess))
    return cv2.GaussianBlur(picture, (0, 0), min(sigma, STRONGEST_BLUR))


def grain(like: Floats, strength: float, weight: Floats, seed: int) -> Floats:
    """
    Return noise (h, w) as coarse as the finest detail `like` (h, w), the same for the same seed.

    `strength` is the deviation of the noise at the finest scale.
    """
    wanted = _neighbours(like, weight > SKIN_FROM)
    tile, _ = min(_tiles(), key=lambda known: abs(known[1] - wanted))
    # Somewhere else in each frame; more than a tile repeats it.
    y, x = np.random.default_rng(seed).integers(0, TILE, 2).tolist()
    rows, columns = (np.arange(n) % TILE for n in (y + like.shape[0], x + like.shape[1]))
    return tile[np.ix_(rows[y:], columns[x:])] * np.float32(strength)


@cache
def _tiles() -> tuple[tuple[Floats, float], ...]:
    """Return noise of each coarseness, of deviation 1, with the correlation of its neighbours."""
    noise = np.random.default_rng(0).standard_normal((TILE, TILE)).astype(np.float32)
    everywhere = np.ones((TILE, TILE), np.float32)
    grains = [noise, *(cv2.GaussianBlur(noise, (0, 0), sigma) for sigma in COARSENESS)]
    fine = [finest(one) for one in grains]
    return tuple(
        (one / np.float32(deviation(rest, everywhere)), _neighbours(rest, everywhere > 0))
        for one, rest in zip(grains, fine, strict=True)
    )


def _neighbours(fine: Floats, where: NDArray[np.bool_]) -> float:
    """Return the correlation of the finest detail with that one pixel to the right."""
    both = where[:, 1:] & where[:, :-1]
    power = float((fine[where] ** 2).mean()) if where.any() else 0.0
    return (
        float((fine[:, 1:] * fine[:, :-1])[both].mean()) / power if power and both.any() else 0.0
    )
