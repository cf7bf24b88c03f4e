"""One trial after the other: a story, a picture of it that is genuine or not, and what reading says of it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random

from PIL import Image

from benchmarks.screenshots.alterations import Altered, Kind, alter
from benchmarks.screenshots.channels import CHANNELS
from benchmarks.screenshots.forging import (
    PHONES,
    Phone,
    Studio,
    Way,
    bar_clock,
    painted,
    pasted,
    spot,
    studio,
    taken,
)
from benchmarks.screenshots.pages import FONTS, THEMES, Page, is_cut
from benchmarks.screenshots.stories import Story, near_copy, stories
from evidentia.detect.reading.ocr import Reader
from evidentia.detect.screenshot import match_screenshot
from evidentia.fingerprint.decoding import Decoder
from evidentia.record.life import Timeline, Version
from evidentia.record.moment import Interval
from evidentia.record.post import Account, Evidence, Observation, Post, State

CASE_POSTS = 12
"""Posts of the case beside the one shown and a near copy of it."""


@dataclass(frozen=True)
class Trial:
    """What a picture is. ``kind`` and ``way`` are empty where it is genuine."""

    n: int
    layout: str
    channel: str
    theme: str
    font: str
    kind: str
    way: str
    post: int
    version: int
    more: bool
    quoted: bool


@dataclass(frozen=True)
class Told:
    """What reading said of it."""

    trial: Trial
    outcome: str
    post: int | None
    version: int | None
    differences: tuple[tuple[str, str], ...]
    reason: str
    seconds: float


def work(given: tuple[tuple[str, ...], range, int, Path | None]) -> list[dict[str, object]]:
    """The trials of one process: layouts, numbers, seed, and the folder that keeps the pictures."""
    layouts, numbers, seed, kept = given
    with tempfile.TemporaryDirectory() as folder, studio(Path(folder)) as opened:
        return list(run(opened, layouts, numbers, seed, kept or Path(folder)))


def run(
    opened: Studio, layouts: tuple[str, ...], numbers: range, seed: int, kept: Path
) -> Iterator[dict[str, object]]:
    """The trials of these numbers: each depends on the seed and its number alone."""
    pool = stories(seed, 400)
    reader = Reader()
    with Decoder() as decoder:
        for n in numbers:
            made = _made(opened, layouts, pool, n, seed)
            if made is None:
                continue
            trial, data, case = made
            name = kept / f"{n:05}.{'png' if trial.channel == 'png' else 'jpg'}"
            name.write_bytes(data)
            began = time.perf_counter()
            reading = match_screenshot(name, case, reader=reader, decoder=decoder)
            seconds = time.perf_counter() - began
            told = Told(
                trial,
                reading.outcome.value,
                None if reading.post is None else int(reading.post),
                reading.version,
                tuple((one.shown, one.recorded) for one in reading.differences),
                reading.reason,
                round(seconds, 2),
            )
            yield asdict(told)


def _made(
    opened: Studio, layouts: tuple[str, ...], pool: list[Story], n: int, seed: int
) -> tuple[Trial, bytes, list[Timeline]] | None:
    """Trial ``n``: what it is, its picture, and the case; None where what was to be altered is not in the picture."""
    random = Random(f"{seed}/trial/{n}")
    story = random.choice(pool)
    version = random.randrange(len(story.wordings))
    page = _page(story, story.wordings[version], layouts, pool, random)
    phone, channel = random.choice(PHONES), random.choice(tuple(CHANNELS))
    altered = alter(story, page.text, _kind(n), random) if n % 2 else None
    way = random.choice(tuple(Way)) if altered and altered.before else Way.DOCUMENT
    picture = (
        taken(opened.show(page, phone)) if altered is None else _forged(opened, page, phone, altered, way)
    )
    if picture is None or (altered is None and n % 2):
        return None
    trial = Trial(
        n=n,
        layout=page.layout,
        channel=channel,
        theme=page.theme.name,
        font=page.font,
        kind=_kind(n).value if altered else "",
        way=way.value if altered else "",
        post=story.number,
        version=version + 1,
        more=altered is None and is_cut(page),
        quoted=bool(page.quoted),
    )
    others = random.sample([one for one in pool if one.number != story.number], CASE_POSTS)
    case = [timeline(one) for one in (story, near_copy(story, random), *others)]
    random.shuffle(case)
    return trial, CHANNELS[channel](picture, random), case


def _page(story: Story, text: str, layouts: tuple[str, ...], pool: list[Story], random: Random) -> Page:
    return Page(
        layout=random.choice(layouts),
        story=story,
        text=text,
        theme=random.choice(THEMES),
        font=random.choice(FONTS),
        size=random.choice((14, 15, 16, 17)),
        bar=bar_clock(random),
        more=random.random() < 0.15,
        quoted=random.choice(pool).wordings[0] if random.random() < 0.12 else "",
    )


def _kind(n: int) -> Kind:
    return tuple(Kind)[n // 2 % len(Kind)]


def _forged(opened: Studio, page: Page, phone: Phone, altered: Altered, way: Way) -> Image.Image | None:
    """The altered picture; None where what is altered is not in one line of it."""
    page = replace(page, more=False)
    window = opened.show(replace(page, story=altered.story, text=altered.text), phone)
    donor = taken(window)
    there = spot(window, phone, altered.start, altered.start + len(altered.after)) if altered.after else None
    if altered.after and there is None:
        return None
    if way is Way.DOCUMENT:
        return donor
    window = opened.show(page, phone)
    where = spot(window, phone, altered.start, altered.start + len(altered.before))
    if where is None:
        return None
    genuine = taken(window)
    return (
        painted(genuine, where, altered.after) if way is Way.PAINTED else pasted(genuine, where, donor, there)
    )


def timeline(story: Story) -> Timeline:
    """The story as a case knows it."""
    url = f"https://sosial.example/p/{story.number}"
    post = Post(
        platform="sosial",
        native_id=str(story.number),
        url=url,
        author=Account(handle=story.handle, name=story.name),
        text=story.wordings[-1],
        created_at=story.at,
    )
    evidence = (Evidence(item=1, path="post.json"),)
    seen = Observation(
        key=str(story.number), url=url, state=State.LIVE, during=Interval(), source="own capture",
        evidence=evidence, post=post,
    )  # fmt: skip
    versions = tuple(
        Version(
            n=n,
            text=text,
            not_before=story.at + timedelta(hours=n),
            not_after=story.at + timedelta(hours=n, minutes=30),
            evidence=evidence,
        )
        for n, text in enumerate(story.wordings, start=1)
    )
    return Timeline(
        post=str(story.number), url=url, state=State.LIVE, observations=(seen,), versions=versions, changes=()
    )
