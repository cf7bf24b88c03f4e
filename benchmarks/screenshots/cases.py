"""A story as a case knows it: two captures with their counts, the wordings one after the other, the picture's hash."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import datetime, timedelta
from functools import cache, lru_cache

from PIL import Image

from benchmarks.pictures_shown.scenes import scene
from benchmarks.screenshots.stories import Story
from evidentia.fingerprint.pdq import pdq
from evidentia.record.life import Timeline, Version
from evidentia.record.moment import Interval
from evidentia.record.post import Account, Evidence, Media, Observation, Post, State

CAPTURED = (timedelta(days=2), timedelta(days=9))
"""After publication: the first and the second capture."""

GROWTH = 0.97, 1.04
"""What the captures count, in parts of what the screenshot shows where counts stayed within them."""


_NUMBER = re.compile(r"https://sosial\.example/media/(\d+)\.jpg")


@lru_cache(maxsize=64)
def photo(number: int) -> bytes:
    """A picture's file as a platform keeps it: a drawn scene, 900 pixels wide, JPEG."""
    whole = scene(number)
    small = whole.resize((900, round(whole.height * 900 / whole.width)), Image.Resampling.LANCZOS)
    made = io.BytesIO()
    small.save(made, "JPEG", quality=85)
    return made.getvalue()


def timeline(story: Story, *, pictured: bool = False, moved: float = 1.0) -> Timeline:
    """The story with two captures. ``moved``: how many times what it counts now the captures count."""
    url = f"https://sosial.example/p/{story.number}"
    evidence = (Evidence(item=1, path="post.json"),)
    observations = tuple(
        _seen(story, url, evidence, story.at + after, moved * grown, pictured=pictured)
        for after, grown in zip(CAPTURED, GROWTH, strict=True)
    )
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
        post=str(story.number),
        url=url,
        state=State.LIVE,
        observations=observations,
        versions=versions,
        changes=(),
    )


def _seen(
    story: Story, url: str, evidence: tuple[Evidence, ...], at: datetime, grown: float, *, pictured: bool
) -> Observation:
    post = Post(
        platform="sosial",
        native_id=str(story.number),
        url=url,
        author=Account(handle=story.handle, name=story.name),
        text=story.wordings[-1],
        created_at=story.at,
        media=(_medium(story.number),) if pictured else (),
        activity={
            "likes": round(story.likes * grown),
            "comments": round(story.comments * grown),
            "shares": round(story.shares * grown),
            "views": round(story.likes * 31 * grown),
        },
    )
    return Observation(
        key=str(story.number),
        url=url,
        state=State.LIVE,
        during=Interval(not_before=at, not_after=at + timedelta(minutes=1)),
        source="own capture",
        evidence=evidence,
        post=post,
    )


def captured(medium: Media) -> Image.Image | None:
    """The captured file of a story's picture, decoded."""
    number = _NUMBER.fullmatch(medium.url)
    return _picture(int(number[1])) if number else None


@lru_cache(maxsize=8)
def _picture(number: int) -> Image.Image:
    return Image.open(io.BytesIO(photo(number))).convert("RGB")


@cache
def _medium(number: int) -> Media:
    data = photo(number)
    hashed = pdq(_picture(number))
    return Media(
        url=f"https://sosial.example/media/{number}.jpg",
        media_type="image/jpeg",
        sha256=hashlib.sha256(data).hexdigest(),
        pdq=hashed.value,
        pdq_quality=hashed.quality,
    )
