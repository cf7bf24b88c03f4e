"""What the tests of readers share: pages out of the fixtures, and what was read of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from evidentia.platforms import CapturedPage, read
from evidentia.record.post import PageReading, Post
from lab.recorded import load

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "platforms"


def recorded_in(platform: str) -> Callable[[str], CapturedPage]:
    """Gives what was captured of a platform, by its name."""
    return lambda name: load(FIXTURES / platform / f"{name}.json")


def documented_in(platform: str) -> Callable[[str], CapturedPage]:
    """Gives what was built after a platform's documentation, by its name."""
    return lambda name: load(FIXTURES / platform / f"documented-shape-{name}.json")


def seen(reading: PageReading, signal: str) -> list[str]:
    """What was seen of a signal, each time it was."""
    return [one.seen for one in reading.signals if one.name == signal]


def post_of(reading: PageReading) -> Post:
    """The post that was read; there has to be one."""
    assert reading.post is not None
    return reading.post


def post_on(page: CapturedPage) -> Post:
    """The post that the page's own reader finds on it."""
    return post_of(read(page))
