"""Genuine screenshots of which a bar covers a part of one line: how often reading says that they differ.

A page is scrolled by pixels, not by lines: a bar of the app then cuts through letters, and a y without its tail is a v
in every look. Each screen, of the tuning set, is cut through one line of its text from below and through one from
above, at eight heights, by a bar in the colour of the ground or in another; above it stands again what stood above the
text, as where the author's line sticks to the top. Everything is synthetic.

    python -m benchmarks.screenshots.covered [--screens 40] [--seed 1]
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

from benchmarks.screenshots.bounds import Rate
from benchmarks.screenshots.cases import timeline
from benchmarks.screenshots.forging import PHONES, Studio, studio, taken
from benchmarks.screenshots.pages import TUNING
from benchmarks.screenshots.stories import Story, stories
from benchmarks.screenshots.trials import POOL, chosen, page_of
from evidentia.detect.reading.choose import candidates
from evidentia.detect.reading.compare import Laid
from evidentia.detect.reading.ocr import Reader
from evidentia.detect.screenshot import METHOD, match_picture
from evidentia.record.finding import Outcome
from evidentia.record.life import Timeline

SHARES = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85)
"""Of the height of a line's box, which has room around the letters: what a bar leaves of it."""

LEAST_LINES = 3


class Side(StrEnum):
    """From where a bar covers a line."""

    BELOW = "from below"
    ABOVE = "from above"


@dataclass(frozen=True)
class Screen:
    """A genuine screen, the post that it shows, and the boxes of the lines of its text, from above."""

    picture: Image.Image
    case: Timeline
    lines: tuple[tuple[int, int, int, int], ...]


def screens(opened: Studio, reader: Reader, pool: list[Story], seed: int) -> Iterator[Screen]:
    """Screens with texts of several lines, without end."""
    number = 0
    while True:
        random = Random(f"covered/{seed}/{number}")
        number += 1
        story, version, _ = chosen(pool, None, random)
        page = replace(page_of(story, story.wordings[version], TUNING, None, pool, random), more=False)
        picture = taken(opened.show(page, random.choice(PHONES))).convert("RGB")
        case = timeline(story, pictured=bool(page.photo))
        fitting = [fit.laid for fit in candidates(reader.read(picture), [case])]
        lines = _lines(max(fitting, key=lambda laid: laid.count)) if fitting else ()
        if len(lines) >= LEAST_LINES:
            yield Screen(picture, case, lines)


def _lines(laid: Laid) -> tuple[tuple[int, int, int, int], ...]:
    return tuple(laid.shown.lines[number].box for number in laid.lines)


def covered(screen: Screen, side: Side, line: int, share: float, *, other: bool) -> Image.Image:
    """The screen with a bar over line number ``line``, of which a share is left, and all beyond it.

    ``other``: in another colour than that of the ground.
    """
    x, y, width, height = screen.lines[line]
    picture = screen.picture.copy()
    pixels = np.asarray(picture.crop((x, y, x + width, y + height))).reshape(-1, 3)
    ground = np.median(pixels, axis=0).astype(int)
    red, green, blue = (np.where(ground > 127, ground - 120, ground + 90) if other else ground).tolist()
    if side is Side.BELOW:
        picture.paste((red, green, blue), (0, round(y + share * height), picture.width, picture.height))
        return picture
    end = round(y + (1 - share) * height)
    head = screen.picture.crop((0, 0, picture.width, max(1, screen.lines[0][1] - 4)))
    picture.paste((red, green, blue), (0, 0, picture.width, end))
    picture.paste(head, (0, min(0, end - head.height)))
    return picture


@dataclass(frozen=True)
class Tried:
    """What is said of screen ``number``, of one line of which ``share`` is left."""

    number: int
    side: Side
    share: float
    outcome: Outcome


def tried(count: int, seed: int) -> Iterator[Tried]:
    """So many screens, each covered from both sides at all heights."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        reader = Reader()
        found = screens(opened.enter_context(studio(folder)), reader, stories(seed, POOL), seed)
        for number, screen in zip(range(count), found, strict=False):
            random = Random(f"covered/{seed}/{number}/lines")
            last = len(screen.lines) - 1
            for side, line in (
                (Side.BELOW, random.randint(2, last)),
                (Side.ABOVE, random.randint(0, last - 2)),
            ):
                for at, share in enumerate(SHARES):
                    picture = covered(screen, side, line, share, other=(at + number) % 2 == 1)
                    reading = match_picture(picture, [screen.case], reader=reader)
                    yield Tried(number, side, share, reading.outcome)


def main() -> None:
    """Cover the screens, and print what is said of them by how much of a line is left."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--screens", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found = list(tried(options.screens, options.seed))
    print(f"genuine screens (synthetic), a line of each covered in part; {METHOD.name} {METHOD.version}")
    print(f"{'':12}{'left of it':>11}{'said to differ':>16}{'inconclusive':>14}{'consistent':>12}")
    for side, share in product(Side, SHARES):
        said = Counter(one.outcome for one in found if (one.side, one.share) == (side, share))
        counts = (said[Outcome.DIFFERS], said[Outcome.INCONCLUSIVE], said[Outcome.CONSISTENT])
        print(f"{side:12}{share:>11.0%}{counts[0]:>16}{counts[1]:>14}{counts[2]:>12}")
    for side in Side:
        alarmed = {one.number for one in found if one.side is side and one.outcome is Outcome.DIFFERS}
        rate = Rate(len(alarmed), options.screens)
        print(f"covered {side}, screens said to differ at one height or more: {rate}")


if __name__ == "__main__":
    main()
