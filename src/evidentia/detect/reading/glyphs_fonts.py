"""The fonts of this machine, and the one that comes nearest to the letters of a picture."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from statistics import median
from typing import Any

from .glyphs_ink import ASCENT, DESCENT, EM, Patch, parts

FAMILIES = (
    "roboto", "notosans-", "notosansdisplay", "notoserif-", "inter", "sf-pro", "sfns", "helvetica", "arial",
    "segoeui", "liberationsans-", "liberationsansnarrow", "liberationserif", "dejavusans", "dejavuserif", "opensans",
    "lato", "ubuntu-", "ubuntu[", "cantarell", "verdana", "tahoma", "georgia", "times", "samsung", "misans", "carlito",
)  # fmt: skip
"""Beginnings of the file names of fonts that phones, browsers and apps show text in."""

_OTHER_STYLES = (
    "italic", "oblique", "mono", "cond", "light", "thin", "black", "heavy", "math", "medium", "semi", "extra",
    "display",
)  # fmt: skip
MAX_FONTS = 40
SHORT_LIST, SAMPLES = 6, 8
"""Faces whose widths come nearest, and words on which their shapes are compared: of about five letters, long enough to
tell a face and too short to drift."""

_FINER = 4
"""Words are drawn so much larger and shrunk: screens do not round letters to whole pixels, and fonts' hints do."""

MAX_FILES = 20_000
"""Files looked at in the machine's font folders: more than distributions install."""


def folders() -> tuple[Path, ...]:
    """Where this system keeps fonts."""
    home = Path.home()
    if sys.platform == "darwin":
        return Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"
    if sys.platform == "win32":
        return (Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",)
    return (
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".fonts",
        home / ".local/share/fonts",
    )


@cache
def installed() -> tuple[str, ...]:
    """Paths of upright fonts of the ``FAMILIES``, in the order of their names."""
    found: dict[str, str] = {}
    seen = 0
    for folder in folders():
        for where, _, names in os.walk(folder):
            seen += len(names)
            if seen > MAX_FILES:
                break
            found.update({name: os.path.join(where, name) for name in names if _is_common(name.casefold())})
    return tuple(found[name] for name in sorted(found)[:MAX_FONTS])


def _is_common(name: str) -> bool:
    return (
        name.endswith((".ttf", ".otf", ".ttc"))
        and name.startswith(FAMILIES)
        and not any(style in name for style in _OTHER_STYLES)
    )


class Face:
    """A font at a size at which words can be drawn. The name is its file's, or that of Pillow's own font."""

    def __init__(self, path: str | None, size: float = EM) -> None:
        from PIL import ImageFont

        self.path, self.size = path, size
        self._letters: dict[str, tuple[float, float, float]] = {}
        if path is None:
            self._font: Any = ImageFont.load_default(size * _FINER)
            self.name = "Aileron, Pillow's own"
        else:
            self._font = ImageFont.truetype(path, size * _FINER, layout_engine=ImageFont.Layout.BASIC)
            self.name = Path(path).name

    def starts(self, text: str) -> list[float]:
        """Where each letter begins and the last one ends, in pixels from the first one's start."""
        return [float(self._font.getlength(text[:n])) / _FINER for n in range(len(text) + 1)]

    def width(self, text: str) -> float:
        """Of the ink, without kerning."""
        edges = [self._letter(letter) for letter in text]
        return sum(advance for advance, _, _ in edges) - edges[0][1] - edges[-1][2] if edges else 0.0

    def _letter(self, letter: str) -> tuple[float, float, float]:
        """Advance of a letter, and the ground at its left and right."""
        if letter not in self._letters:
            advance = self.starts(letter)[-1]
            left, right = self.extent(letter)
            self._letters[letter] = advance, left, advance - right
        return self._letters[letter]

    def extent(self, text: str) -> tuple[float, float]:
        """Where the ink begins and ends, in pixels from the first letter's start."""
        left, _, right, _ = self._font.getbbox(text, anchor="ls")
        return left / _FINER, right / _FINER

    def spells(self, text: str, patch: Patch) -> bool:
        """Whether the patch is parted by gaps as the text is: where its spaces are, or as this face parts it."""
        return patch.words in (len(text.split()), len(parts(self.draw(text))))

    def draw(self, text: str, margin: int = 6, *, stretch: float = 1.0) -> Any:
        """The word as ink: its start ``margin`` columns from the left, its base line after ``ASCENT`` rows."""
        import cv2
        import numpy as np
        from PIL import Image, ImageDraw

        wide = int(self._font.getlength(text) / _FINER) + 2 * margin + 2
        canvas = Image.new("L", (wide * _FINER, (ASCENT + DESCENT) * _FINER), 0)
        ImageDraw.Draw(canvas).text(
            (margin * _FINER, ASCENT * _FINER), text, fill=255, font=self._font, anchor="ls"
        )
        fine = np.asarray(canvas, dtype=np.float32) / 255
        return cv2.resize(
            fine, (max(2, round(wide * stretch)), ASCENT + DESCENT), interpolation=cv2.INTER_AREA
        )


@lru_cache(maxsize=256)
def face(path: str | None, size: float = EM) -> Face:
    """The face, loaded once; Pillow's own where the file cannot be read as a font."""
    try:
        return Face(path, size)
    except OSError:
        return Face(None, size)


def fitting(words: Sequence[tuple[str, Patch]]) -> tuple[Face, float] | None:
    """The face whose widths and shapes come nearest to those of the words, and the words' size in its pixels."""
    samples = sorted(words, key=lambda word: abs(len(word[0]) - 5))[:SAMPLES]
    if not samples:
        return None
    rough = sorted(_by_widths(path, words) for path in (*installed(), ""))[:SHORT_LIST]
    best = max(rough, key=lambda found: _likeness(found[1], found[2], samples))
    return face(best[1] or None), best[2] * EM


def _by_widths(path: str, words: Sequence[tuple[str, Patch]]) -> tuple[float, str, float]:
    """How far the words' widths are from the face's, of one size for all; the face; and that size, in ems."""
    drawn = face(path or None)
    ratios = [(patch.right - patch.left) / max(1.0, drawn.width(text)) for text, patch in words]
    size = median(ratios)
    return median(abs(ratio / size - 1) for ratio in ratios), path, size


def _likeness(path: str, size: float, samples: Sequence[tuple[str, Patch]]) -> float:
    """How well the words correlate with the same in the face, at their size."""
    drawn = face(path or None, round(size * EM, 1))
    return median(
        place(
            patch.ink, drawn.draw(text, 0, stretch=(patch.right - patch.left) / max(1.0, drawn.width(text)))
        )[0]
        for text, patch in samples
    )


def place(ink: Any, drawn: Any) -> tuple[float, int, int]:
    """Where ``drawn`` leaves the least squared difference from the ink: their correlation, its column and row there."""
    import cv2
    import numpy as np

    tall, wide = drawn.shape
    up, side = max(0, tall - ink.shape[0]) // 2 + 7, max(0, wide - ink.shape[1]) // 2 + 5
    room = np.pad(ink, ((up, up), (side, side)))
    # Both sums of squares stay the same wherever it is laid: the least difference is the largest product.
    _, _, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(room, drawn, cv2.TM_CCORR))
    return correlation(room[y : y + tall, x : x + wide], drawn), x - side, y - up


def correlation(one: Any, other: Any) -> float:
    """Pearson's, -1 to 1; 0 where one of them is all alike."""
    import numpy as np

    one, other = one - one.mean(), other - other.mean()
    norm = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / norm if norm > 1e-6 else 0.0
