"""Screenshots whose truth is known: genuine ones with what honest handling does to them, and forged ones.

A sample follows from the seed and its number alone. The pages are those of ``benchmarks.screenshots``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import Error as BrowserFailed

from benchmarks.examinations.samples import Box, Made, Sample, jpeg, png, reopened, shrunk
from benchmarks.screenshots.alterations import Kind, alter
from benchmarks.screenshots.cases import photo
from benchmarks.screenshots.forging import PHONES, Phone, Spot, painted, pasted, spot, taken
from benchmarks.screenshots.moments import ZONES, Clock
from benchmarks.screenshots.pages import EXAMINED, FONTS, LAYOUTS, THEMES, Page
from benchmarks.screenshots.stories import stories
from evidentia.record.examination import ImageClass
from evidentia.record.sentences import Term

if TYPE_CHECKING:
    from benchmarks.screenshots.forging import Studio

FAILURES = (BrowserFailed,)
"""What may go wrong by chance on a busy machine, so that the trial is made anew."""

STORIES = 400
KINDS = (Kind.DIGIT, Kind.NAME, Kind.NEGATION, Kind.WORD)
MESSENGER_SIDE = 1600
"""Pixels of the longer side to which the common messenger shrinks pictures."""


def material() -> str:
    """What the pictures are, in the words that stand beside the rates."""
    layouts = ", ".join(EXAMINED)
    told = Term(
        "generated screenshots of layouts drawn without knowledge of the tests ({what}), honest copies of them, words "
        "painted or pasted into a JPEG"
    )
    return f"{Term('synthetic')}: {told.format(what=layouts)}"


def genuine(opened: Studio, layouts: tuple[str, ...], n: int, seed: int) -> Made:
    """Genuine screenshot ``n``, by one of the honest channels."""
    random = Random(f"{seed}/genuine/{n}")
    page, phone = _page(layouts, seed, random)
    picture = taken(opened.show(page, phone))
    channel = tuple(HONEST)[n % len(HONEST)]
    truth = ImageClass.SCREENSHOT if channel in LOSSLESS else ImageClass.MESSENGER_COPY
    sample = Sample(n, truth, channel, told=_told(page))
    return Made(sample, HONEST[channel](picture, random), png(picture))


def forged(opened: Studio, layouts: tuple[str, ...], n: int, seed: int) -> Made | None:
    """Forged screenshot ``n``: a run of the text painted or pasted into a JPEG, and saved at another quality.

    None where what was to be altered does not stand in one line of the picture.
    """
    random = Random(f"{seed}/forged/{n}")
    page, phone = _page(layouts, seed, random)
    altered = alter(page.story, page.text, KINDS[n % len(KINDS)], random)
    if altered is None or not altered.before or not altered.after:
        return None
    window = opened.show(replace(page, story=altered.story, text=altered.text), phone)
    donor, there = taken(window), spot(window, phone, altered.start, altered.start + len(altered.after))
    window = opened.show(page, phone)
    where = spot(window, phone, altered.start, altered.start + len(altered.before))
    if where is None or there is None:
        return None
    before = random.choice((60, 65, 70, 75, 80, 85))
    after = random.choice([q for q in (0, 70, 75, 80, 85, 90, 95) if abs(q - before) >= 10])
    small = random.random() < 0.5
    original = taken(window)
    published, ratio = _shrunk(original, small)
    donor, _ = _shrunk(donor, small)
    handled = reopened(jpeg(published, before))
    where, there = _scaled(where, ratio), _scaled(there, ratio)
    if n % 8 < 4:
        way, made = "painted", painted(handled, where, altered.after)
        box = where.box
    else:
        way, made = "pasted", pasted(handled, where, donor, there)
        box = (*where.box[:2], max(where.box[2], there.box[2]), max(where.box[3], there.box[3]))
    data = jpeg(made, after) if after else png(made)
    channel = "shrunk" if small else "full size"
    sample = Sample(n, ImageClass.MESSENGER_COPY, channel, way, before, after, (_grown(box),), _told(page))
    return Made(sample, data, png(original))


def _told(page: Page) -> dict[str, str]:
    return {"layout": page.layout, "theme": page.theme.name, "font": page.font}


def _grown(box: Box) -> Box:
    """The box of an altered run and half its height around it: a changed digit changes a word."""
    by = box[3] // 2
    return box[0] - by, box[1] - by, box[2] + 2 * by, box[3] + 2 * by


def _page(layouts: tuple[str, ...], seed: int, random: Random) -> tuple[Page, Phone]:
    pool = stories(seed, STORIES)
    story, layout = random.choice(pool), random.choice(layouts)
    shown = LAYOUTS[layout].photo
    later = timedelta(minutes=int(10 ** random.uniform(0.7, 4.6)))
    page = Page(
        layout=layout,
        story=story,
        text=random.choice(story.wordings),
        theme=random.choice(THEMES),
        font=random.choice(FONTS),
        size=random.choice((14, 15, 16, 17)),
        clock=Clock(random.choice(tuple(ZONES)), story.at + later),
        battery=random.randrange(4, 101),
        quoted=random.choice(pool).wordings[0] if random.random() < 0.2 else "",
        photo=photo(story.number)
        if shown == "always" or (shown == "may be" and random.random() < 0.35)
        else b"",
    )
    return page, random.choice(PHONES)


def _shrunk(picture: Image.Image, small: bool) -> tuple[Image.Image, float]:
    """The picture within the messenger's size, and by how much it became smaller."""
    made = shrunk(picture, MESSENGER_SIDE) if small else picture
    return made, min(1.0, MESSENGER_SIDE / max(picture.size)) if small else 1.0


def _scaled(where: Spot, ratio: float) -> Spot:
    x, y, width, height = (round(value * ratio) for value in where.box)
    return Spot((x, y, max(2, width), max(2, height)), where.size * ratio)


def _messenger(picture: Image.Image, random: Random) -> bytes:
    return jpeg(shrunk(picture, MESSENGER_SIDE), random.choice((70, 75, 80)))


def _platform(picture: Image.Image, random: Random) -> bytes:
    return jpeg(picture, random.choice((85, 90, 92)), progressive=True)


def _twice(picture: Image.Image, random: Random) -> bytes:
    """Sent on: the messenger's copy, cut by hand and sent through the messenger again."""
    first = reopened(_messenger(picture, random))
    left, top = random.randrange(9), random.randrange(first.height // 12)
    return _messenger(first.crop((left, top, first.width, first.height - random.randrange(60))), random)


def _from_copy(picture: Image.Image, random: Random) -> bytes:
    """A messenger's copy opened and kept as PNG: a screenshot of it, or an editor's export."""
    return png(reopened(_messenger(picture, random)))


def _uploaded(picture: Image.Image, random: Random) -> bytes:
    """The messenger's copy, on the same grid, saved anew by a platform at another quality."""
    return _platform(reopened(_messenger(picture, random)), random)


def _cut(picture: Image.Image, random: Random) -> bytes:
    top = random.randrange(20, max(21, picture.height // 12))
    return png(picture.crop((random.randrange(3), top, picture.width, picture.height - random.randrange(80))))


HONEST: dict[str, Callable[[Image.Image, Random], bytes]] = {
    "png": lambda picture, random: png(picture),
    "messenger": _messenger,
    "platform": _platform,
    "png, cut": _cut,
    "messenger twice": _twice,
    "png of a messenger copy": _from_copy,
    "platform after messenger": _uploaded,
    "full size, low quality": lambda picture, random: jpeg(picture, random.choice((40, 50, 60))),
}
"""What honest people and platforms do to a screenshot."""

LOSSLESS = ("png", "png, cut")
