"""One trial after the other: a story, a picture of it that is genuine or not, and what reading says of it."""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from PIL import Image

from benchmarks.screenshots.alterations import WORDS, Altered, Kind, alter
from benchmarks.screenshots.cases import captured, photo, timeline
from benchmarks.screenshots.channels import CHANNELS
from benchmarks.screenshots.forging import PHONES, Phone, Studio, Way, painted, pasted, spot, studio, taken
from benchmarks.screenshots.moments import ZONES, Clock
from benchmarks.screenshots.pages import FONTS, LAYOUTS, THEMES, Page, fonts_here, is_cut
from benchmarks.screenshots.stories import Story, chatter, near_copy, stories
from evidentia.detect.reading.ocr import Line, Reader
from evidentia.detect.screenshot import match_screenshot
from evidentia.fingerprint.decoding import Decoder
from evidentia.record.finding import Part, Reading
from evidentia.record.life import Timeline

CASE_POSTS = 12
"""Posts of the case beside the one shown and a near copy of it."""

POOL = 400
"""Stories that a seed gives."""

SHOWS = {Kind.TIME: Part.TIME, Kind.HANDLE: Part.HANDLE, Kind.COUNT: Part.COUNT}

_TURNS = (*WORDS, Kind.TIME, Kind.HANDLE, *WORDS, Kind.COUNT, Kind.PICTURE)


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What a picture is. ``kind`` and ``way`` are empty where it is genuine; ``before`` became ``after``.

    ``moved``: the counts of the captures are not those of the time of the screenshot, of a genuine one as well.
    ``more``: it shows a part of the text and says so. ``post`` and ``version`` are the right answer.
    """

    set: str
    seed: int
    n: int
    layout: str
    channel: str
    theme: str
    font: str
    phone: str
    zone: str
    kind: str
    way: str
    before: str
    after: str
    post: int
    version: int
    more: bool
    quoted: bool
    ago: bool
    moved: bool
    picture: bool


class BesideSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What reading says of a part around the text."""

    part: str
    name: str
    shown: str
    outcome: str | None
    reason: str


class PictureSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What reading says of a picture within."""

    outcome: str
    distance: int | None
    reason: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A trial and all that reading said of it, so that it can be scored again. Seconds on the clock.

    ``first`` is the time of the reader's first reading of the whole picture, ``processor`` that of this process.
    """

    method: str
    trial: Trial
    outcome: str
    post: str | None
    version: int | None
    differences: tuple[tuple[str, str, str], ...]
    beside: tuple[BesideSaid, ...]
    pictures: tuple[PictureSaid, ...]
    reason: str
    size: tuple[int, int]
    first: float
    seconds: float
    processor: float


class TimedReader(Reader):
    """A reader that knows how long its first reading of a picture took."""

    def __init__(self) -> None:
        super().__init__()
        self.first: float | None = None

    def read(self, *given: Any, **how: Any) -> tuple[Line, ...]:
        began = time.perf_counter()
        lines = super().read(*given, **how)
        if self.first is None:
            self.first = time.perf_counter() - began
        return lines


@dataclass(frozen=True)
class Run:
    """Which trials are made: each follows from the set, the seed and its number alone."""

    name: str
    layouts: tuple[str, ...]
    seed: int
    kept: Path | None = None


class Bench:
    """A browser, a reader and a decoder, opened once for many trials."""

    def __init__(self, run: Run) -> None:
        fonts_here()
        self._run = run
        self._pool = stories(run.seed, POOL)
        self._open = ExitStack()
        self._folder = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        self._studio = self._open.enter_context(studio(self._folder))
        self._decoder = self._open.enter_context(Decoder())
        self._reader = TimedReader()

    def close(self) -> None:
        self._open.close()

    def told(self, n: int) -> Told | None:
        """Trial ``n``; None where what was to be altered cannot be altered in this way."""
        made = make(self._studio, self._run, self._pool, n)
        if made is None:
            return None
        trial, picture, case = made
        name = (self._run.kept or self._folder) / f"{n:05}.{'png' if trial.channel == 'png' else 'jpg'}"
        name.write_bytes(picture)
        self._reader.first = None
        began, spent = time.perf_counter(), time.process_time()
        reading = match_screenshot(name, case, reader=self._reader, decoder=self._decoder, captured=captured)
        seconds, processor = time.perf_counter() - began, time.process_time() - spent
        with Image.open(name) as opened:
            size = opened.size
        return told(trial, reading, size, self._reader.first or 0.0, seconds, processor)


def told(
    trial: Trial, reading: Reading, size: tuple[int, int], first: float, seconds: float, processor: float
) -> Told:
    """The trial with what was said of it."""
    return Told(
        method=f"{reading.method.name} {reading.method.version}",
        trial=trial,
        outcome=reading.outcome.value,
        post=reading.post,
        version=reading.version,
        differences=tuple((one.part.value, one.shown, one.recorded) for one in reading.differences),
        beside=tuple(
            BesideSaid(
                part=one.part.value,
                name=one.name,
                shown=one.shown,
                outcome=one.outcome and one.outcome.value,
                reason=one.reason,
            )
            for one in reading.beside
        ),
        pictures=tuple(
            PictureSaid(outcome=one.outcome.value, distance=one.distance, reason=one.reason)
            for one in reading.pictures
        ),
        reason=reading.reason,
        size=size,
        first=round(first, 3),
        seconds=round(seconds, 3),
        processor=round(processor, 3),
    )


def is_altered(n: int) -> bool:
    """Whether trial ``n`` shows something altered: every second one does."""
    return n % 2 == 1


def make(opened: Studio, run: Run, pool: list[Story], n: int) -> tuple[Trial, bytes, list[Timeline]] | None:
    """Trial ``n``: what it is, its picture, and the case."""
    random = Random(f"{run.seed}/{run.name}/{n}")
    kind = _TURNS[n // 2 % len(_TURNS)] if is_altered(n) else None
    story, version, altered = chosen(pool, kind, random)
    if kind is not None and altered is None:
        return None
    page = page_of(story, story.wordings[version], run.layouts, kind, pool, random)
    phone, channel = random.choice(PHONES), random.choice(tuple(CHANNELS))
    way = random.choice(tuple(Way)) if altered and altered.before else Way.DOCUMENT
    picture = (
        taken(opened.show(page, phone))
        if altered is None
        else _forged(opened, page, phone, altered, way, strange=kind is Kind.PICTURE)
    )
    if picture is None:
        return None
    moved = random.choice((1.0, 1.0, 0.6, 1.5)) if kind is not Kind.COUNT else 1.0
    trial = Trial(
        set=run.name,
        seed=run.seed,
        n=n,
        layout=page.layout,
        channel=channel,
        theme=page.theme.name,
        font=page.font,
        phone=f"{phone.width} x {phone.height} at {phone.scale:g}",
        zone=page.clock.zone,
        kind=kind.value if kind else "",
        way=way.value if altered else "",
        before=altered.before if altered else "",
        after=altered.after if altered else "",
        post=story.number,
        version=version + 1,
        more=altered is None and is_cut(page),
        quoted=bool(page.quoted),
        ago=page.clock.ago,
        moved=moved != 1.0,
        picture=bool(page.photo),
    )
    others = random.sample([one for one in pool if one.number != story.number], CASE_POSTS)
    case = [timeline(story, pictured=bool(page.photo), moved=moved)]
    case += [timeline(one) for one in (near_copy(story, random), *others)]
    random.shuffle(case)
    return trial, CHANNELS[channel](picture, random), case


def chosen(pool: list[Story], kind: Kind | None, random: Random) -> tuple[Story, int, Altered | None]:
    """A story, which of its wordings is shown, and the alteration: a story that holds something of the kind."""
    for _ in range(20):
        story = random.choice(pool)
        version = random.randrange(len(story.wordings))
        altered = alter(story, story.wordings[version], kind, random) if kind else None
        if kind is None or altered:
            break
    return story, version, altered


def page_of(
    story: Story, text: str, layouts: tuple[str, ...], kind: Kind | None, pool: list[Story], random: Random
) -> Page:
    """A page in one of the layouts, of those that show what is altered."""
    fitting = [name for name in layouts if kind not in SHOWS or SHOWS[kind] in LAYOUTS[name].shows]
    if kind is Kind.PICTURE:
        fitting = [name for name in fitting if LAYOUTS[name].photo != "never"]
    layout = random.choice(fitting)
    pictured = LAYOUTS[layout].photo == "always" or (
        LAYOUTS[layout].photo == "may be" and (kind is Kind.PICTURE or random.random() < 0.35)
    )
    later = timedelta(minutes=int(10 ** random.uniform(0.7, 4.6)))
    return Page(
        layout=layout,
        story=story,
        text=text,
        theme=random.choice(THEMES),
        font=random.choice(FONTS),
        size=random.choice((14, 15, 16, 17)),
        clock=Clock(
            random.choice(tuple(ZONES)), story.at + later, ago=kind is None and random.random() < 0.25
        ),
        battery=random.randrange(4, 101),
        more=kind is None and random.random() < 0.15,
        quoted=random.choice(pool).wordings[0] if random.random() < 0.12 else "",
        photo=photo(story.number) if pictured else b"",
        below=tuple(chatter(random) for _ in range(random.randrange(6))),
    )


def _forged(
    opened: Studio, page: Page, phone: Phone, altered: Altered, way: Way, *, strange: bool
) -> Image.Image | None:
    """The altered picture; None where what is altered is not in one line of it. ``strange``: another photograph."""
    other = photo(page.story.number + POOL) if strange else page.photo
    window = opened.show(replace(page, story=altered.story, text=altered.text, photo=other), phone)
    donor = taken(window)
    there = spot(window, phone, altered.start, altered.start + len(altered.after)) if altered.after else None
    if altered.after and there is None:
        return None
    if way is Way.DOCUMENT and altered.before and altered.after:
        return donor
    window = opened.show(page, phone)
    if not altered.before:
        # What stands around the text may lie below the window's foot: then nothing is altered in the picture.
        return donor if taken(window).tobytes() != donor.tobytes() else None
    where = spot(window, phone, altered.start, altered.start + len(altered.before))
    if where is None:
        return None
    if way is Way.DOCUMENT:
        return donor  # what is gone there was to be seen
    genuine = taken(window)
    return (
        painted(genuine, where, altered.after) if way is Way.PAINTED else pasted(genuine, where, donor, there)
    )
