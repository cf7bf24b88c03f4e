"""Pictures of a page in a browser's window: genuine, or altered in the document, by painting, by pasting."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.screenshots.pages import Page, document
from lab.browser import launched

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Window


class Way(StrEnum):
    """How an alteration is made."""

    DOCUMENT = "in the document"  # the page itself altered, then photographed: no trace in the pixels
    PAINTED = "painted over"
    PASTED = "pasted from an altered page"


@dataclass(frozen=True)
class Phone:
    """A window in CSS pixels, and device pixels for each of them."""

    width: int
    height: int
    scale: float


PHONES = (
    Phone(360, 640, 3),
    Phone(360, 780, 3),
    Phone(393, 851, 2.75),
    Phone(412, 892, 2.625),
    Phone(390, 844, 3),
    Phone(430, 932, 2.5),
    Phone(320, 568, 2),
)

_WHERE = """([start, end]) => {
  const walker = document.createTreeWalker(document.getElementById('text'), NodeFilter.SHOW_TEXT);
  const node = walker.nextNode();
  if (!node || node.data.length < end) return null;
  const range = document.createRange();
  range.setStart(node, start); range.setEnd(node, end);
  const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
  if (boxes.length !== 1) return null;
  const style = getComputedStyle(node.parentElement);
  return [boxes[0].x, boxes[0].y, boxes[0].width, boxes[0].height, parseFloat(style.fontSize)];
}"""
_NAVIGATION = 40
"""CSS pixels at the foot of the page that the app's own bar covers."""
_Colour = tuple[int, int, int]
_FONT = "LiberationSans-Regular.ttf"  # a forger has not the app's font at hand


@dataclass(frozen=True)
class Spot:
    """Where a run of the text stands: device pixels, and the letters' size in them."""

    box: tuple[int, int, int, int]
    size: float


class Studio:
    """A browser in which pages are shown and photographed, one after the other."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._windows: dict[Phone, Window] = {}
        self.version = browser.version

    def show(self, page: Page, phone: Phone) -> Window:
        """The page in the phone's window."""
        if phone not in self._windows:
            self._windows[phone] = self._browser.new_page(
                viewport={"width": phone.width, "height": phone.height}, device_scale_factor=phone.scale
            )
        window = self._windows[phone]
        window.set_content(document(page))
        window.evaluate("document.fonts.ready")
        window.evaluate("Promise.all([...document.images].map((image) => image.decode()))")
        return window


@contextmanager
def studio(folder: Path) -> Iterator[Studio]:
    """A browser for as long as the context lasts."""
    with launched(folder) as browser:
        yield Studio(browser)


def taken(window: Window) -> Image.Image:
    """What the window shows."""
    return Image.open(io.BytesIO(window.screenshot())).convert("RGB")


def spot(window: Window, phone: Phone, start: int, end: int) -> Spot | None:
    """Where the text's characters ``start`` to ``end`` stand; None where they are in two lines, or not shown."""
    found = window.evaluate(_WHERE, [start, end])
    if found is None:
        return None
    x, y, width, height, size = (value * phone.scale for value in found)
    if y + height > (phone.height - _NAVIGATION) * phone.scale:
        return None
    return Spot((round(x), round(y), round(width), round(height)), size)


def painted(picture: Image.Image, where: Spot, text: str) -> Image.Image:
    """The run painted over in the ground's colour, and other words written there in a font that comes near."""
    made = picture.copy()
    ground, ink = _colours(picture, where)
    pen = ImageDraw.Draw(made)
    x, y, width, height = where.box
    pen.rectangle((x, y, x + width - 1, y + height - 1), fill=ground)
    if text:
        size = where.size
        while size > 6 and ImageFont.truetype(_FONT, size).getlength(text) > width * 1.06:
            size -= 0.5
        pen.text((x, y + height * 0.78), text, fill=ink, font=ImageFont.truetype(_FONT, size), anchor="ls")
    return made


def pasted(picture: Image.Image, where: Spot, donor: Image.Image, there: Spot | None) -> Image.Image:
    """The run replaced by a piece of another picture; by ground alone where nothing is to stand there."""
    made = painted(picture, where, "")
    if there is not None:
        x, y, width, height = there.box
        made.paste(donor.crop((x, y, x + width, y + height)), where.box[:2])
    return made


def _colours(picture: Image.Image, where: Spot) -> tuple[_Colour, _Colour]:
    """The commonest colour of the run, and the one farthest from it."""
    x, y, width, height = where.box
    pixels = np.asarray(picture.crop((x, y, x + width, y + height))).reshape(-1, 3)
    colours, counts = np.unique(pixels, axis=0, return_counts=True)
    ground = colours[counts.argmax()].astype(int)
    ink = colours[np.abs(colours.astype(int) - ground).sum(axis=1).argmax()]
    return tuple(map(int, ground)), tuple(map(int, ink))  # type: ignore[return-value] # three each
