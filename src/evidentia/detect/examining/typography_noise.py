"""How much noise compression leaves beside letters: measured, and expected from the picture's own content.

JPEG's noise at a place depends on what lies in the same block of 8 x 8 pixels: beside a stem there is much, beside a
space none. So the content is wiped clean and compressed again, once as the file itself is and once with a first
compression before that; what comes of it is what each place should show, with and without that first compression.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .blocks import SIDE, tables_in_rows
from .turning import as_stored
from .typography_lines import Box, Line, Text, Word, find_text

Place = tuple[slice, slice]

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .picture import Examined

FIRST_QUALITIES = (50, 60, 65, 70, 75, 80, 85, 90)
"""Of IJG's encoder, tried for a compression before the file's own: the one that fits the page best is kept. Messengers
were measured between 70 and 80; noise grows so evenly that neighbours in this list differ by a fifth."""

SAME_QUALITY = 3
CLEARLY = 0.5
"""An earlier compression counts where words lie less than this share as far from what it leaves as from what the last
one alone does: in single compressions of one's own, the best of eight came to 0.60."""

FITS = 0.05
"""How far most words lie from what is expected, where the grid is right: then no other one is tried."""

LEAST_PIXELS = 60
"""Of ground beside a word, from which it counts."""

BAND = 320
"""Rows, a multiple of 16, in which a grid is looked for: a paragraph."""

NEAR_GROUND = 28.0
"""Luma within which smoothed pixels are ground: JPEG's ringing at quality 40 and more is within."""

FLOOR = 0.12
"""Luma squared: noise of rounding to whole numbers (1/12), and a little."""

CLIPPED = 20.0
"""Luma beyond which a deviation is no noise: it counts as this much."""

FAR = 15.0
"""Luma beyond which hardly a pixel beside letters is noise: of letters through quality 50, one in 30 to 60."""

SLOPE = 1.0
"""Luma a pixel by which the ground changes where another one begins beside a word: a quoted post, a bubble. The ground
is smoothed, so that what lies on the way from one to the other stands off from it, and is no noise."""

APART, REACH = 2.5, 0.22
"""Pixels from ink at which smoothing of letters has ended, and how far beside a letter is looked, in heights."""

LEAST_REACH = 5

EDGE = 1.2
"""Pixels from ink up to which the luma is that of a letter's smooth edge: its neighbours, straight and across."""


@dataclass(frozen=True)
class Cell:
    """The ground beside one letter: its pixels, and sums over them of squared noise, in luma.

    ``last`` is expected of the file's own compression alone, ``both`` with one before it. ``far``: how many of the
    pixels are so far from the ground, or where it changes so much, that they are something else than noise.
    """

    pixels: int
    far: int
    seen: float
    last: float
    both: float


@dataclass(frozen=True)
class Noise:
    """Cells of each word, letter by letter, and the compression that is taken to have been before the file's own.

    ``quality`` is IJG's, 0 if none fits clearly better than the file's own alone; ``grid`` is where its blocks begin.
    """

    words: tuple[tuple[Word, Line, tuple[Cell, ...]], ...]
    quality: int
    grid: tuple[int, int] = (0, 0)


@dataclass(frozen=True, eq=False)
class _Beside:
    """Ground beside letters: its pixels in the flat picture, letter by letter; where each letter's begin, and how many
    there are; and which letter each word begins with."""

    pixels: NDArray[np.intp]
    starts: NDArray[np.intp]
    counts: NDArray[np.intp]
    words: NDArray[np.intp]

    def squares(self, noise: NDArray[np.float32]) -> NDArray[np.float64]:
        """Of each letter, the sum of the squared noise about its own mean."""
        import numpy as np

        values = np.append(
            noise.ravel()[self.pixels].astype(np.float64), 0.0
        )  # a letter without any may come last
        total, square = np.add.reduceat(values, self.starts), np.add.reduceat(values**2, self.starts)
        about = square - total**2 / np.maximum(self.counts, 1)
        return np.where(self.counts > 0, np.maximum(about, 0.0), 0.0)

    def far(self, noise: NDArray[np.float32], ground: NDArray[Any]) -> NDArray[np.intp]:
        """Of each letter, how many pixels are no noise: far from their ground, or where it passes into another one."""
        import numpy as np

        down, across = np.gradient(ground.astype(np.float32))
        other = (np.abs(noise) >= FAR) | (np.maximum(np.abs(down), np.abs(across)) >= SLOPE)
        values = np.append(other.ravel()[self.pixels], False)
        return np.where(self.counts > 0, np.add.reduceat(values.astype(np.intp), self.starts), 0)

    def misfit(self, seen: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
        """How far words are from what is expected, in the middle: absolute, so that the right amount fits best."""
        import numpy as np

        pixels, seen, expected = (np.add.reduceat(one, self.words) for one in (self.counts, seen, expected))
        enough = pixels >= LEAST_PIXELS
        if not enough.any():
            return 0.0
        ratios = 0.5 * np.log((seen + FLOOR * pixels)[enough] / (expected + FLOOR * pixels)[enough])
        middle = float(np.median(ratios))
        return float(np.median(np.abs(ratios - middle))) + 0.25 * abs(middle)


@dataclass(frozen=True, eq=False)
class _Page:
    """A page wiped clean, where its letters are, and the noise seen beside them."""

    picture: Examined
    text: Text
    clean: NDArray[np.uint8]
    places: list[list[Place]]
    beside: _Beside
    seen: NDArray[np.float32]

    def expected(self, quality: int, grid: tuple[int, int], rows: slice = slice(None)) -> NDArray[np.float32]:
        """The noise that the file's compression leaves after one before it; alone where ``quality`` is 0."""
        clean = self.clean[rows]
        before = _on_grid(clean, quality, grid) if quality else clean
        return _clipped(_as_file(before, self.picture) - self.text.ground[rows])


@dataclass(frozen=True, eq=False)
class _Fit:
    misfit: float
    quality: int
    grid: tuple[int, int]
    expected: NDArray[np.float64]


def measure(picture: Examined) -> Noise:
    """Measure the ground beside all letters, and what is expected there."""
    text = find_text(picture)
    words = [(word, line) for line in text.lines for word in line.words]
    if not words:
        return Noise((), 0)
    places = [[_where(box, line) for box in word.letters] for word, line in words]
    seen = _clipped(picture.luma - text.ground)
    page = _Page(picture, text, _clean(picture, text), places, _beside(places, text.apart), seen)
    best = alone = _fit(page, 0, (0, 0))
    if alone.misfit > 0:  # else most of the page has no noise at all
        before = _best_quality(page, (0, 0))
        if before.misfit > FITS and (grid := _best_grid(page, before.quality)) != (0, 0):
            before = min(before, _best_quality(page, grid), key=lambda fit: fit.misfit)
        best = before if before.misfit < CLEARLY * alone.misfit else alone
    of = page.beside
    sums = zip(
        of.counts.tolist(),
        of.far(seen, text.ground),
        of.squares(seen),
        alone.expected,
        best.expected,
        strict=True,
    )
    cells = iter([Cell(count, int(far), float(a), float(b), float(c)) for count, far, a, b, c in sums])
    found = tuple((word, line, tuple(next(cells) for _ in word.letters)) for word, line in words)
    return Noise(found, best.quality, best.grid)


def _beside(places: list[list[Place]], apart: NDArray[np.float32]) -> _Beside:
    import numpy as np

    ground = apart >= APART
    numbers = np.arange(apart.size).reshape(apart.shape)
    letters = [numbers[at][ground[at]] for word in places for at in word]
    counts = np.array([len(one) for one in letters], dtype=np.intp)
    lengths = np.array([len(word) for word in places], dtype=np.intp)
    return _Beside(np.concatenate(letters), counts.cumsum() - counts, counts, lengths.cumsum() - lengths)


def _fit(page: _Page, quality: int, grid: tuple[int, int]) -> _Fit:
    expected = page.beside.squares(page.expected(quality, grid))
    return _Fit(page.beside.misfit(page.beside.squares(page.seen), expected), quality, grid, expected)


def _best_quality(page: _Page, grid: tuple[int, int]) -> _Fit:
    """The compression before the file's own that fits best. The file's own quality is left out: compressing twice alike
    is hardly more than once."""
    own = next((one.nearest for one in page.picture.quantisation if one.destination == 0), None)
    tried = (
        _fit(page, quality, grid)
        for quality in FIRST_QUALITIES
        if own is None or grid != (0, 0) or abs(quality - own.quality) > SAME_QUALITY
    )
    return min(tried, key=lambda fit: fit.misfit)


def _best_grid(page: _Page, quality: int) -> tuple[int, int]:
    """Where the blocks of the compression before began: the picture may have been cut since. Looked for in those rows
    that have the most words; of a picture that is turned, it is not looked for."""
    if page.picture.turned:
        return 0, 0
    tops = range(0, max(1, page.clean.shape[0] - BAND), BAND // 4)
    inside = {top: [word for word in page.places if all(_within(at, top) for at in word)] for top in tops}
    top = max(inside, key=lambda at: len(inside[at]))
    if not inside[top]:
        return 0, 0
    rows = slice(top, top + BAND)
    places = [[(slice(y.start - top, y.stop - top), x) for y, x in word] for word in inside[top]]
    beside = _beside(places, page.text.apart[rows])
    seen = beside.squares(page.seen[rows])
    misfits = {}
    for grid in ((right, down) for down in range(SIDE) for right in range(SIDE)):
        misfits[grid] = beside.misfit(seen, beside.squares(page.expected(quality, grid, rows)))
    return min(misfits, key=lambda grid: (misfits[grid], grid))


def _within(at: Place, top: int) -> bool:
    return bool(at[0].start >= top and at[0].stop <= top + BAND)


def _on_grid(luma: NDArray[np.uint8], quality: int, grid: tuple[int, int]) -> NDArray[np.uint8]:
    """Compressed, with blocks that begin at a column and row; what is left and above is as it was."""
    right, down = grid
    made = luma.copy()
    made[down:, right:] = _saved(luma[down:, right:], quality=quality)
    return made


def ratio(cells: Sequence[Cell], against: str = "both") -> float:
    """The logarithm of noise seen over noise expected, of all cells together."""
    pixels = sum(cell.pixels for cell in cells) * FLOOR
    seen = sum(cell.seen for cell in cells) + pixels
    expected = sum(getattr(cell, against) for cell in cells) + pixels
    return 0.5 * math.log(seen / expected)


def _clipped(off: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    return np.clip(off, -CLIPPED, CLIPPED)


def _clean(picture: Examined, text: Text) -> NDArray[np.uint8]:
    """The luma without noise: what is near the ground is set to it, but for the smooth edges of letters.

    A letter without its edges would ring more than it does: words spread half as far again from what was expected.
    """
    import cv2
    import numpy as np

    luma = np.clip(picture.luma + 0.5, 0, 255).astype(np.uint8)
    smooth = cv2.bilateralFilter(luma, 5, 30, 3)
    ground = (text.apart >= EDGE) & (cv2.absdiff(smooth, text.ground) < NEAR_GROUND)
    return np.where(ground, text.ground, luma)


def _where(box: Box, line: Line) -> Place:
    reach = max(LEAST_REACH, round(REACH * line.height))
    x, y, width, height = box
    return slice(max(0, y - reach), y + height + reach), slice(max(0, x - 1), x + width + 1)


def _as_file(luma: NDArray[np.uint8], picture: Examined) -> NDArray[np.float32]:
    """Compressed with the file's own table of luma, on its own grid; unchanged where the file is no JPEG."""
    import numpy as np

    stated = next((one.values for one in picture.quantisation if one.destination == 0), None)
    if stated is None or len(stated) != 64:
        return luma.astype(np.float32)
    table = tables_in_rows(stated).clip(1, 255).astype(int).tolist()  # what an encoder takes
    back = {6: 8, 8: 6}.get(picture.orientation, picture.orientation)
    made = _saved(np.ascontiguousarray(as_stored(luma, picture.orientation)), qtables=[table])
    return np.asarray(as_stored(made, back), dtype=np.float32)


def _saved(luma: NDArray[np.uint8], **how: object) -> NDArray[np.uint8]:
    import numpy as np
    from PIL import Image

    made = io.BytesIO()
    Image.fromarray(luma).save(made, "JPEG", **how)
    return np.asarray(Image.open(made, formats=("JPEG",)))
