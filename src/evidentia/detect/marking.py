"""Marking the words that went or came in a copy of the picture of the page: an illustration, which says so itself.

What went is red, framed and struck through; what came is green, framed and underlined: told by form as well as by
colour. The picture is cut to the post. Nothing is marked where it is not known which place of the page is the post's.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from evidentia.capture.limits import TILE_HEIGHT
from evidentia.record.life import WordMove

from .placing import Box, PageWords, Run, Side, place

if TYPE_CHECKING:
    from PIL.Image import Image

NOTE = "Illustration: drawn by evidentia from the boxes that the browser gave. Not evidence."

MARGIN = 32
"""Pixels around the post that are shown with it, about two lines: often its author and its buttons are there."""

TALLEST = 1_800
"""Pixels of height that are shown at most, two windows of the browser; of a longer post what begins at a mark."""

SAME_PICTURE = 0.98
"""Correlation of the post's own picture with a place of the page from which on it is that place (1 is equal to the
pixel). An element that begins between two pixels is drawn a little otherwise by itself."""

_COLOURS = {WordMove.REMOVED: (200, 16, 32), WordMove.ADDED: (0, 122, 51)}
_TINT = 64  # of 255: the letters stay readable beneath
_FRAME = 2


class Unplaced(StrEnum):
    """Why no words are marked in a picture."""

    NO_PICTURE = "no_picture"  # what shows the wording is no capture of a page with a picture
    NO_BOXES = "no_boxes"  # the capture does not say where its words stand
    NOT_FOUND = "not_found"  # the wording does not stand among the page's visible words
    SEVERAL = "several"  # it stands in several places, and none can be told to be the post's own
    UNREADABLE = "unreadable"  # the picture cannot be decoded within the limits


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A copy of a part of the page's picture (PNG), ``box`` in pixels of the page, with ``marks`` drawn on it.

    ``left_out``: words that went or came and have no place in the picture. ``confirmed``: whether the capture's own
    picture of the post shows this very place; None where there is no such picture.
    """

    png: bytes
    box: Box
    marks: tuple[Box, ...] = ()
    left_out: tuple[str, ...] = ()
    confirmed: bool | None = None


class Sheet:
    """The picture of a whole page, in pieces from top to bottom of which only those are loaded that are needed."""

    def __init__(self, pieces: int, load: Callable[[int], Image]) -> None:
        """``load(n)`` gives piece ``n``, counted from 0; all but the last are TILE_HEIGHT pixels tall."""
        self._pieces, self._load = pieces, load
        self._loaded: dict[int, Image] = {}

    def cut(self, box: Box) -> tuple[Image, Box]:
        """What a box shows, and the box in whole pixels as far as it is within the picture."""
        from PIL import Image

        first, last = max(0, int(box.y) // TILE_HEIGHT), int(box.y + box.h) // TILE_HEIGHT
        pieces = [(n, self._piece(n)) for n in range(first, min(last, self._pieces - 1) + 1)]
        if not pieces:
            return Image.new("RGB", (0, 0)), Box(0, 0, 0, 0)
        bottom = max(n * TILE_HEIGHT + piece.height for n, piece in pieces)
        left, top = max(0, int(box.x)), max(0, int(box.y))
        right, low = min(pieces[0][1].width, round(box.x + box.w)), min(bottom, round(box.y + box.h))
        shown = Image.new("RGB", (max(0, right - left), max(0, low - top)), "white")
        for n, piece in pieces:
            shown.paste(piece, (-left, n * TILE_HEIGHT - top))
        return shown, Box(left, top, *shown.size)

    def _piece(self, n: int) -> Image:
        if n not in self._loaded:
            self._loaded = {n: self._load(n)} | dict(list(self._loaded.items())[-1:])  # two at most are kept
        return self._loaded[n]


def mark(
    page: PageWords, sheet: Sheet, element: Image | None, side: Side, move: WordMove
) -> Drawn | Unplaced:
    """Mark what went (or came) of one wording in the picture of the page that shows it.

    Args:
        page: the page's words with their boxes, of the same moment as the picture.
        element: the picture of the post by itself, where the capture has one: of several places with the same
            words, the one that it shows is the post's.
    """
    runs = place(side.text, page.words)
    if not runs:
        return Unplaced.NOT_FOUND
    places = [None if element is None else _place_of(element, run, sheet) for run in runs]
    confirmed = [n for n, found in enumerate(places) if found is not None]
    if len(runs) > 1 and len(confirmed) != 1:
        return Unplaced.SEVERAL
    chosen = confirmed[0] if confirmed else 0
    run = runs[chosen]
    marks: list[Box] = []
    left_out: list[str] = []
    for span in side.spans:
        boxes = run.boxes(span.start, span.end)
        if boxes is None:
            left_out.append(side.text[span.start : span.end])
        else:
            marks += boxes
    shown, box = sheet.cut(_shown(run, places[chosen], marks))
    return Drawn(
        png=_png(_draw(shown, box, marks, move)),
        box=box,
        marks=tuple(marks),
        left_out=tuple(left_out),
        confirmed=None if element is None else bool(confirmed),
    )


def plain(sheet: Sheet, width: int, height: int) -> Drawn:
    """The upper part of a page without any mark."""
    shown, box = sheet.cut(Box(0, 0, width, min(height, TALLEST)))
    return Drawn(png=_png(shown), box=box)


def _shown(run: Run, post: Box | None, marks: Sequence[Box]) -> Box:
    """What to cut out: the post's own picture where it is known, else around its words; not too tall."""
    whole = post if post is not None else _grown(run.box)
    if whole.h <= TALLEST:
        return whole
    top = max(whole.y, (marks[0].y if marks else run.box.y) - MARGIN)
    return Box(whole.x, top, whole.w, min(TALLEST, whole.y + whole.h - top))


def _grown(box: Box) -> Box:
    return Box(box.x - MARGIN, box.y - MARGIN, box.w + 2 * MARGIN, box.h + 2 * MARGIN)


def _place_of(element: Image, run: Run, sheet: Sheet) -> Box | None:
    """Where around a run of words the post's own picture stands in the page, if it does."""
    import cv2
    import numpy as np

    words, (width, height) = run.box, element.size
    around = Box(
        words.x + words.w - width, words.y + words.h - height, 2 * width - words.w, 2 * height - words.h
    )
    if around.w < width - 1 or around.h < height - 1:
        return None  # the words reach beyond the picture, so it is not theirs
    part, box = sheet.cut(_by_a_pixel(around))
    if part.width < width or part.height < height:
        return None
    scores = cv2.matchTemplate(np.asarray(part), np.asarray(element), cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(scores)
    return Box(box.x + x, box.y + y, width, height) if SAME_PICTURE <= best <= 1 + 1e-3 else None


def _by_a_pixel(box: Box) -> Box:
    """Boxes of words are parts of pixels, and pictures whole ones."""
    return Box(box.x - 1, box.y - 1, box.w + 2, box.h + 2)


def _draw(shown: Image, box: Box, marks: Sequence[Box], move: WordMove) -> Image:
    from PIL import Image, ImageDraw

    colour = _COLOURS[move]
    tint = Image.new("RGBA", shown.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(tint)
    for one in marks:
        left, top = one.x - box.x - _FRAME, one.y - box.y - _FRAME
        right, low = left + one.w + 2 * _FRAME, top + one.h + 2 * _FRAME
        pen.rectangle((left, top, right, low), fill=(*colour, _TINT), outline=(*colour, 255), width=_FRAME)
        line = (top + low) / 2 if move is WordMove.REMOVED else low
        pen.line((left, line, right, line), fill=(*colour, 255), width=_FRAME)
    return Image.alpha_composite(shown.convert("RGBA"), tint).convert("RGB")


def _png(picture: Image) -> bytes:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Description", NOTE)
    made = io.BytesIO()
    picture.save(made, "PNG", pnginfo=info, optimize=True)
    return made.getvalue()
