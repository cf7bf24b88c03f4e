"""Looks at many posts, turned into observations as a case turns them, but without being sealed."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from evidentia.detect.state import key_of, observe
from evidentia.platforms.keys import normalise_url
from evidentia.record.moment import Interval
from evidentia.record.post import OWN_CAPTURE, Evidence, Observation, PageReading

from .life import Life

if TYPE_CHECKING:
    from evidentia.capture.browser_session import BrowserSession
    from evidentia.capture.captured import PageCapture
    from evidentia.capture.options import PageOptions
    from evidentia.capture.wayback import Archive
    from evidentia.record.memento import Memento

AT_ONCE = 4
"""Light looks at a time: the servers share two processors with us."""


class BareEyes:
    """Light looks, and for some of the posts a browser's. Use them as a context manager.

    Args:
        options: of every look.
        in_browser: the numbers of the posts that are captured by a browser.
    """

    def __init__(self, options: PageOptions, in_browser: frozenset[int] = frozenset()) -> None:
        self._options = options
        self._in_browser = in_browser
        self._browser: BrowserSession | None = None
        self._known: dict[str, str] = {}
        self._number = 0
        self._open = ExitStack()

    def __enter__(self) -> Self:
        from evidentia.capture.browser_session import browser_session

        self._folder = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        if self._in_browser:
            self._browser = self._open.enter_context(browser_session(self._options))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def look(self, lives: Sequence[Life]) -> list[Observation]:
        """Look at posts; the observations, in their order."""
        seen: dict[int, Observation] = {}
        light = [life for life in lives if life.n not in self._in_browser]
        for life in lives:
            if life.n in self._in_browser:
                seen[life.n] = self._captured(life)
        if self._options.storage_state is not None:
            seen |= {life.n: self._looked_at(life) for life in light}
        else:
            seen |= self._probed(light)
        return [seen[life.n] for life in lives]

    def _probed(self, lives: list[Life]) -> dict[int, Observation]:
        from evidentia.capture.light import probe

        found = probe([life.url for life in lives], self._options, at_once=AT_ONCE)
        return {
            life.n: self._observe(life, one.reading, one.during)
            for life, one in zip(lives, found, strict=True)
        }

    def _looked_at(self, life: Life) -> Observation:
        """With credentials one looks one by one: what was logged in is kept out of what is stored."""
        from evidentia.capture.light import look_lightly

        return self._of_capture(life, look_lightly(life.url, self._new_folder(), self._options))

    def _captured(self, life: Life) -> Observation:
        from evidentia.capture.page import capture_page

        made = capture_page(life.url, self._new_folder(), self._options, session=self._browser)
        return self._of_capture(life, made)

    def _of_capture(self, life: Life, made: PageCapture) -> Observation:
        looked = made.circumstances
        during = made.stood or Interval(not_before=looked.started_at, not_after=looked.finished_at)
        return self._observe(life, made.reading, during, made.source)

    def look_back(self, life: Life, memento: Memento, archive: Archive) -> Observation:
        """Fetch a version from an archive, and observe on the archive's word."""
        from evidentia.capture.wayback import fetch

        made = fetch(memento, self._new_folder(), self._options, archive=archive)
        return self._of_capture(life, made)

    def _observe(
        self, life: Life, reading: PageReading, during: Interval, source: str = OWN_CAPTURE
    ) -> Observation:
        """A reading as an observation of the post, under the key by which its address is known."""
        self._number += 1
        key = key_of(reading, life.url, self._known)
        self._known[normalise_url(life.url)] = key
        evidence = (Evidence(item=self._number, path="capture.wacz"),)
        return observe(reading, life.url, during, evidence, key, source=source)

    def _new_folder(self) -> Path:
        folder = self._folder / str(self._number)
        folder.mkdir()
        return folder
